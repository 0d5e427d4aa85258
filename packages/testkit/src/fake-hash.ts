import { digestOf, type Hash } from '@tabwright/protocol'

const PRIME = 16_777_619

/** Equal texts, equal digests, at a fiftieth of the cost of SHA-256. For tests: anyone can make two texts meet. */
export const fakeHash: Hash = (text) => {
  let one = 0x811c9dc5
  let two = 0x9e3779b9
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, PRIME)
    two = Math.imul(two ^ code, 0x85ebca6b) + one
  }
  let digest = ''
  for (let lane = 1; lane <= 8; lane++) {
    one = Math.imul(one ^ (one >>> 15) ^ text.length, PRIME) + lane
    two = Math.imul(two ^ (two >>> 13), 0xc2b2ae35)
    digest += ((one ^ two) >>> 0).toString(16).padStart(8, '0')
  }
  return digestOf(digest)
}
