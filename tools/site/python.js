// SPDX-License-Identifier: BSD-3-Clause
// Python lies beside this program; it is fetched when somebody wants it.
const texts = {
  worker: WORKER,
  setup: SETUP,
  get payload() { return fetched(new URL("python.bin", import.meta.url)); },
};

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`Its file cannot be had (${answer.status}).`);
  return answer.arrayBuffer();
}
