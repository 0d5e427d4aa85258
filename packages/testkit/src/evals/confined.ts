import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ON_DISK } from '../disk-folder'
import type { JudgePlace } from './judge'

const ALONE = '--unshare-all --die-with-parent --new-session --cap-drop ALL --proc /proc --dev /dev --tmpfs /tmp'.split(' ')
const ABOVE_USR = ['/bin', '/lib', '/lib32', '/lib64', '/sbin']

/** Python of this machine; undefined: there is none. */
export function findPython(): { readonly program: string; readonly prefix: string } | undefined {
  const said = spawnSync('python3', ['-c', 'import sys; print(sys.executable); print(sys.base_prefix)'], { encoding: 'utf8' })
  const [program, prefix] = said.status === 0 ? said.stdout.split('\n') : []
  return program !== undefined && prefix !== undefined ? { program, prefix } : undefined
}

/**
 * A place for checkers in which work that a model wrote reaches nothing: no network, no process and no file of this machine but its programs,
 * the packages and the checkers, read-only.
 * @param root of the repository
 * @returns a sentence where this machine cannot do it
 */
export function confinedPlace(root: string): JudgePlace | string {
  const modules = join(root, 'node_modules')
  const python = findPython()
  const shown = [
    '/usr',
    '/etc/alternatives',
    '/etc/ld.so.cache',
    '/etc/hosts',
    '/etc/nsswitch.conf',
    dirname(dirname(process.execPath)),
    python?.prefix ?? '/usr',
  ]
  const before = (folder: string): readonly string[] => [
    'bwrap',
    ...ALONE,
    ...[...shown, modules, join(root, 'evals')].flatMap((place) => ['--ro-bind-try', place, place]),
    ...ABOVE_USR.flatMap(sameAsHere),
    '--bind',
    folder,
    folder,
    '--chdir',
    join(folder, 'work'),
    '--',
  ]
  const folder = mkdtempSync(join(ON_DISK, 'eval-'))
  mkdirSync(join(folder, 'work'))
  const [program, ...args] = [...before(folder), process.execPath, '-e', '']
  const tried = spawnSync(program ?? '', args, { encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  if (tried.error) return 'bubblewrap is not installed (Debian: apt-get install bubblewrap)'
  if (tried.status !== 0) return `bubblewrap does not work here: ${tried.stderr.trim().slice(0, 200)}`
  return { modules, before, python: python?.program }
}

/** The same with all rights of whoever started it. */
export const openPlace = (root: string): JudgePlace => ({
  modules: join(root, 'node_modules'),
  before: () => [],
  python: findPython()?.program,
})

function sameAsHere(place: string): readonly string[] {
  if (!existsSync(place)) return []
  return lstatSync(place).isSymbolicLink() ? ['--symlink', readlinkSync(place), place] : ['--ro-bind', place, place]
}
