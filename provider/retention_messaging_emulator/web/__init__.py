"""HTTP: Apple's endpoints, the control routes, and the socket."""
