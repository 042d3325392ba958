// A real-time server as a Cloudflare Worker: Apple asks, it answers with an approved message.
//
// wrangler.toml beside this file has BUNDLE_ID, APP_APPLE_ID and ENVIRONMENT. Two more variables:
//
// MESSAGES: the output `messages` of the program beside this file
// ROOT_CERTIFICATE: Apple Root CA - G3 in Base64, from https://www.apple.com/certificateauthority/

/** What to answer to a request that says which product and locale; null where there is no message. */
export function answer(asked, messages) {
  const identifier = messages[asked.productId]?.[asked.userLocale];
  return identifier ? { message: { messageIdentifier: identifier } } : null;
}

/** The Worker. `verify` is given the signed payload and the variables; it answers what is signed, or throws. */
export const worker = (verify) => ({
  async fetch(request, env) {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } });
    let asked;
    try {
      asked = await verify((await request.json()).signedPayload, env);
    } catch {
      return new Response(null, { status: 400 });
    }
    const found = answer(asked, JSON.parse(env.MESSAGES));
    return found ? Response.json(found) : new Response(null, { status: 404 });
  },
});

let verifier;

/** Checks Apple's signature. Online checks take longer than Apple waits for an answer. */
async function verifyApples(payload, env) {
  if (!verifier) {
    // Apple's library makes random numbers when it is loaded, which a Worker may do in a request only.
    const { SignedDataVerifier } = await import("@apple/app-store-server-library");
    const root = Buffer.from(env.ROOT_CERTIFICATE, "base64");
    verifier = new SignedDataVerifier([root], false, env.ENVIRONMENT, env.BUNDLE_ID, Number(env.APP_APPLE_ID));
  }
  return verifier.verifyAndDecodeRealtimeRequest(payload);
}

export default worker(verifyApples);
