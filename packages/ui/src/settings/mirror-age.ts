import { elapsed } from '../layout/figures'

/** `mirrored 12 s ago`: how far behind the mirror may be. */
export function mirrorAge(at: number | undefined, now: number): string {
  return at === undefined ? 'not mirrored yet' : `mirrored ${elapsed(now - at)} ago`
}
