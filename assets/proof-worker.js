// Looks for the number of a proof of work: SHA-256(salt + number) = challenge. Beside the page, so that it stays awake;
// in plain arithmetic, as the browser's own digest is asynchronous, many times slower for short texts, and absent
// without TLS. What of the salt fills whole blocks is hashed once.
const K = new Int32Array(64);
const START = new Int32Array(8);
for (let n = 2, found = 0; found < 64; n += 1) {
  let prime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
  if (!prime) continue;
  const part = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  if (found < 8) START[found] = part(Math.sqrt(n));
  K[found] = part(Math.cbrt(n));
  found += 1;
}
const W = new Int32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i += 1) {
    const p = at + 4 * i;
    W[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] + a) | 0;
  state[1] = (state[1] + b) | 0;
  state[2] = (state[2] + c) | 0;
  state[3] = (state[3] + d) | 0;
  state[4] = (state[4] + e) | 0;
  state[5] = (state[5] + f) | 0;
  state[6] = (state[6] + g) | 0;
  state[7] = (state[7] + h) | 0;
}

self.onmessage = ({ data: { challenge, salt, most } }) => {
  const head = new TextEncoder().encode(salt);
  const whole = head.length - (head.length % 64);
  const middle = START.slice();
  for (let at = 0; at < whole; at += 64) block(middle, head, at);
  const rest = head.subarray(whole);
  const wanted = Int32Array.from({ length: 8 }, (_, i) => parseInt(challenge.slice(8 * i, 8 * i + 8), 16) | 0);
  const tail = new Uint8Array(128);
  const state = new Int32Array(8);
  for (let number = 0; number <= most; number += 1) {
    const digits = String(number);
    let length = rest.length;
    tail.fill(0);
    tail.set(rest);
    for (let i = 0; i < digits.length; i += 1) tail[length++] = digits.charCodeAt(i);
    tail[length] = 0x80;
    const end = length < 56 ? 64 : 128;
    const bits = 8 * (whole + length);
    tail[end - 1] = bits;
    tail[end - 2] = bits >>> 8;
    tail[end - 3] = bits >>> 16;
    state.set(middle);
    block(state, tail, 0);
    if (end === 128) block(state, tail, 64);
    let same = true;
    for (let i = 0; i < 8 && same; i += 1) same = state[i] === wanted[i];
    if (same) {
      self.postMessage({ number });
      return;
    }
    if (number % 4096 === 0) self.postMessage({ tried: number });
  }
  self.postMessage({ number: -1 });
};
