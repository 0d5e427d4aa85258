import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, run, seconds } from './steps.mjs'

const STAMPS = join(ROOT, 'node_modules', '.tabwright')
const SKIPPED = /^(node_modules|dist|dist-relay|\..*)$|\.test\.tsx?$/

/**
 * A number that changes when a file below the paths changes: names, sizes and times, so that a second start need not read a byte.
 * @param {readonly string[]} paths relative to the repository
 */
export function fingerprint(paths) {
  const hash = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const full = join(ROOT, path)
    if (!existsSync(full)) return
    const stat = statSync(full)
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`)
      return
    }
    const names = readdirSync(full).filter((name) => !SKIPPED.test(name))
    for (const name of names.toSorted()) add(`${path}/${name}`)
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

/**
 * @param {string} name
 * @param {string} value
 */
export function isStamped(name, value) {
  const file = join(STAMPS, name)
  return existsSync(file) && readFileSync(file, 'utf8') === value
}

/**
 * @param {string} name
 * @param {string} value
 */
export function stamp(name, value) {
  const file = join(STAMPS, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, value)
}

/**
 * Whether what npm says it installed is what the lock asks for. Packages for other platforms are optional and may be absent.
 * @param {string} lock
 */
function isInstalled(lock) {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  /** @type {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} */
  const wanted = JSON.parse(lock)
  /** @type {{ packages: Record<string, { version?: string }> }} */
  const present = JSON.parse(readFileSync(hidden, 'utf8'))
  return Object.entries(wanted.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.optional && !entry.link)
    .every(([path, entry]) => present.packages[path]?.version === entry.version)
}

/** Runs `npm ci` when package-lock.json is not what is installed. Exits with npm's own message when that fails. */
export async function install() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
  const value = createHash('sha256').update(lock).digest('hex')
  if (isStamped('installed', value)) return
  if (!isInstalled(lock)) {
    console.log('Installing packages (npm ci) …')
    const ended = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    if (ended.code !== 0) {
      console.error(ended.output.trimEnd())
      console.error('npm ci failed: nothing was started. The npm registry must be reachable for the first start.')
      process.exit(1)
    }
    console.log(`Installed in ${seconds(ended.ms)}`)
  }
  stamp('installed', value)
}
