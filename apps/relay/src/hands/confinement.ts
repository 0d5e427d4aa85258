import { spawn } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FOLDER } from './folder-path'

/** How commands of a directory are started. */
export interface Confinement {
  /** Whether the system keeps them to the directory and off the network. */
  readonly isConfined: boolean
  /** Program and arguments in front of `bash`. */
  readonly before: (cwd: string) => readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A directory that is offered. */
export interface OfferedFolder {
  /** First segment of its functions. */
  readonly name: string
  /** Its real path. */
  readonly root: string
  readonly confinement: Confinement
  /** Aborted when it is offered no more: whatever still runs there ends. */
  readonly over: AbortSignal
}

/** Nothing of these holds what is somebody's own; each is left out where it is not there. */
const READ_ONLY = [
  '/usr',
  '/etc/alternatives',
  '/etc/group',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/nsswitch.conf',
  '/etc/passwd',
  '/etc/ssl/certs',
]
const ABOVE_USR = ['/bin', '/lib', '/lib32', '/lib64', '/sbin']

const ALONE = '--unshare-all --die-with-parent --new-session --cap-drop ALL --hostname workspace'.split(' ')
const OWN_PLACES = '--proc /proc --dev /dev --tmpfs /tmp'.split(' ')

/** Where commands find Node when it is not among the programs of the system. */
const NODE = '/opt/node'

/** Tokens and keys of whoever started us stay out of every command. */
const PASSED = ['PATH', 'LANG', 'LC_ALL', 'TZ']

/**
 * Confinement by bubblewrap: namespaces of its own for processes, network and files. What is seen of this machine are its programs, read-only;
 * what can be written is the directory, but for what git runs by itself, and a `/tmp` that is empty for each command.
 * @param program Node itself
 * @returns a sentence when this machine cannot do it
 */
export async function confine(root: string, environment: NodeJS.ProcessEnv, program = process.execPath): Promise<Confinement | string> {
  if (process.platform !== 'linux') return 'bubblewrap is for Linux alone.'
  const node = nodeBinds(realpathSync(program))
  const path = [...(node.length === 0 ? [] : [`${NODE}/bin`]), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  const env = { ...passed(environment), PATH: path, HOME: '/tmp', TERM: 'dumb' }
  const git = new Set(gitPlaces(root))
  const before = (cwd: string): readonly string[] => [
    'bwrap',
    ...ALONE,
    ...READ_ONLY.flatMap((place) => ['--ro-bind-try', place, place]),
    ...ABOVE_USR.flatMap(sameAsHere),
    ...node,
    ...OWN_PLACES,
    '--bind',
    root,
    FOLDER,
    ...gitPlaces(root).flatMap((place) => (git.has(place) ? [place.how, join(root, place.name), `${FOLDER}/${place.name}`] : [])),
    '--remount-ro',
    '/',
    '--chdir',
    cwd,
    '--',
  ]
  const why = await whyNot([...before(FOLDER), 'bash', '-c', 'true'], env)
  return why ?? { isConfined: true, before, env }
}

interface GitPlace {
  readonly how: '--bind' | '--ro-bind'
  readonly name: string
  readonly isFolder: boolean
}

/** By these git runs something when the person uses it. The folder around them is bound too, so that it cannot be moved away with them. */
const GIT_PLACES: readonly [GitPlace, ...GitPlace[]] = [
  { how: '--bind', name: '.git', isFolder: true },
  { how: '--ro-bind', name: '.git/hooks', isFolder: true },
  { how: '--ro-bind', name: '.git/config', isFolder: false },
]

/**
 * Those that are there and no links. What is bound is opened outside of the confinement, so only what was there before any command ran is:
 * what a command made it could exchange for a link.
 */
function gitPlaces(root: string): readonly GitPlace[] {
  const isThere = ({ name, isFolder }: GitPlace): boolean => {
    const stat = lstatSync(join(root, name), { throwIfNoEntry: false })
    return stat !== undefined && (isFolder ? stat.isDirectory() : stat.isFile())
  }
  const [folder, ...inside] = GIT_PLACES
  return isThere(folder) ? [folder, ...inside.filter(isThere)] : []
}

/** The person's own rights, but for the variables. */
export function openConfinement(environment: NodeJS.ProcessEnv): Confinement {
  const { HOME } = environment
  return { isConfined: false, before: () => [], env: { ...passed(environment), ...(HOME !== undefined && { HOME }), TERM: 'dumb' } }
}

function passed(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(PASSED.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
}

/** Node and its npm at a place of their own, and nothing that lies beside them: that may be somebody's home. None where `/usr` has them. */
function nodeBinds(program: string): readonly string[] {
  if (program.startsWith('/usr/')) return []
  const npm = join(dirname(dirname(program)), 'lib/node_modules/npm')
  const links = ['npm', 'npx'].flatMap((name) => ['--symlink', `../lib/node_modules/npm/bin/${name}-cli.js`, `${NODE}/bin/${name}`])
  return [
    '--ro-bind',
    program,
    `${NODE}/bin/node`,
    // A link to somewhere else is a checkout of somebody's.
    ...(existsSync(npm) && realpathSync(npm) === npm ? ['--ro-bind', npm, `${NODE}/lib/node_modules/npm`, ...links] : []),
  ]
}

function sameAsHere(place: string): readonly string[] {
  if (!existsSync(place)) return []
  return lstatSync(place).isSymbolicLink() ? ['--symlink', readlinkSync(place), place] : ['--ro-bind', place, place]
}

function whyNot([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (part) => (said += String(part)))
    child.once('error', () => resolve('bubblewrap is not installed (Debian: apt-get install bubblewrap).'))
    child.once('close', (code) => resolve(code === 0 ? undefined : `bubblewrap does not work here: ${said.trim().slice(0, 300)}.`))
  })
}
