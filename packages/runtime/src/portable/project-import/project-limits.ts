/** What a project of the person's own may be. Source: O38, with the size that decision 24 gives to one's own. */
export interface ProjectLimits {
  /** Bytes of the archive. */
  readonly packed: number
  /** Bytes of all files. */
  readonly unpacked: number
  /** Unpacked for each packed byte. */
  readonly ratio: number
  readonly entries: number
  /** Bytes of one file. A larger one is left out and named. */
  readonly file: number
}

const MEBIBYTE = 1024 * 1024

export const PROJECT_LIMITS: ProjectLimits = {
  packed: 500 * MEBIBYTE,
  unpacked: 500 * MEBIBYTE,
  ratio: 100,
  entries: 10_000,
  file: 50_000_000,
}

/** Where little is unpacked the ratio says nothing: a page of spaces is no bomb. */
const HARMLESS = MEBIBYTE

/** Whether so much from so little is a bomb. */
export function isBomb(packed: number, unpacked: number, { ratio }: ProjectLimits): boolean {
  return unpacked > HARMLESS && unpacked > ratio * Math.max(1, packed)
}
