/** What an archive may be. An archive that breaks one of these is refused as a whole, before anything of it is kept. */
export interface ArchiveLimits {
  /** Bytes of the archive itself. */
  readonly packed: number
  /** Bytes of all entries unpacked. */
  readonly unpacked: number
  /** Unpacked for each packed byte, of one entry and of all together. */
  readonly ratio: number
  readonly entries: number
}

/** For a session that comes from somewhere else. */
export const SESSION_LIMITS: ArchiveLimits = {
  packed: 25 * 1024 * 1024,
  unpacked: 100 * 1024 * 1024,
  ratio: 100,
  entries: 10_000,
}

/**
 * For a session of the person's own, who says so: as large as a backup may be. Everything else is checked as for any other. More entries
 * than this the form cannot count. Source: security.md O38.
 */
export const BACKUP_LIMITS: ArchiveLimits = {
  packed: 500 * 1024 * 1024,
  unpacked: 1024 * 1024 * 1024,
  ratio: 100,
  entries: 65_535,
}
