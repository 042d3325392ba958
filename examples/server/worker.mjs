// A real-time server as a Cloudflare Worker: Apple asks, it answers with an approved message.
//
// MESSAGES: the output `messages` of the program beside this file, as a variable of the Worker.
// `verify` is given the signed payload and answers what is in it, or throws: make it with SignedDataVerifier of
// @apple/app-store-server-library, under the compatibility flag nodejs_compat.

/** What to answer to a request that says which product and locale; null where there is no message. */
export function answer(asked, messages) {
  const identifier = messages[asked.productId]?.[asked.userLocale];
  return identifier ? { message: { messageIdentifier: identifier } } : null;
}

/** The Worker: `export default worker(verify)`. */
export const worker = (verify) => ({
  async fetch(request, env) {
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
