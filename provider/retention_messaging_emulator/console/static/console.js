"use strict";

// Whether the emulator still answers: a page that stands still looks like one where nothing happens.
const connection = document.getElementById("connection");

document.addEventListener("htmx:afterRequest", (event) => {
  const answers = event.detail.xhr.status !== 0;
  const text = answers ? "Live" : "The emulator does not answer; start it again";
  if (connection.textContent !== text) connection.textContent = text;
  connection.classList.toggle("bad", !answers);
});

// Where the keyboard was, for a button that is gone after it was pressed: its neighbour has it then, or what is told.
const buttonsOf = (part) => [...part.querySelectorAll(".cards button")];
let left = null;

document.addEventListener("htmx:beforeSwap", () => {
  const part = document.activeElement.closest(".part");
  left = part && { part: part.id, index: buttonsOf(part).indexOf(document.activeElement) };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (left && document.activeElement === document.body) {
    const buttons = buttonsOf(document.getElementById(left.part));
    (buttons[Math.min(left.index, buttons.length - 1)] ?? event.detail.target).focus();
  }
  left = null;
  // Beside the table of defaults, or far below it.
  if (event.detail.target?.id === "told-customer") event.detail.target.scrollIntoView({ block: "nearest" });
});
