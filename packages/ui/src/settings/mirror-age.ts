import { t } from '../language'
import { elapsed } from '../layout/figures'

/** `mirrored 12 s ago`: how far behind the mirror may be. */
export function mirrorAge(at: number | undefined, now: number): string {
  return at === undefined ? t('not mirrored yet') : t('mirrored {time} ago', { time: elapsed(now - at) })
}
