import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const NAME = /^tabwright-test-(\d+)-/
const NEEDED = 6 * 1024 ** 3

/**
 * Where tests put what they write beside the project: profiles of browsers, data of relays, folders of ten thousand commands. In memory where
 * there is room: to remove them from a disk that trims takes minutes.
 * @returns {{ path: string, remove: () => void }}
 */
export function temporaryFolder() {
  const base = roomIn(MEMORY) >= NEEDED ? MEMORY : tmpdir()
  removeAbandoned(base)
  const path = mkdtempSync(join(base, `tabwright-test-${process.pid}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) }
}

/** @param {string} folder */
function roomIn(folder) {
  if (!existsSync(folder)) return 0
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/**
 * What a run that was killed left.
 * @param {string} base
 */
function removeAbandoned(base) {
  for (const name of readdirSync(base)) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0)
    if (pid > 0 && !isAlive(pid)) rmSync(join(base, name), { recursive: true, force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    // Somebody else's process is alive too.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
