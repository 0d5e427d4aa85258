import { realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isFunctionName } from '@tabwright/protocol/relay'
import type { Environment } from '../config'
import { confine, openConfinement, type OfferedFolder } from '../hands/confinement'
import { handsFunctions } from '../hands/hands-functions'
import { endOf, wrongUse, WrongUse, type CommandEnd } from './command-end'
import { joinRelay, type Screen } from './member'
import { openDoor, RELAY_HELP } from './relay-door'

const HELP = `tabwright hands: offers files and shell of a directory of this machine to agents at the relay

Usage: tabwright hands <folder> [options]

  --name <name>         first segment of the functions (default: the folder's name)
  --unconfined          run commands with all your rights where bubblewrap cannot confine them
${RELAY_HELP}
A session of a tab can have the folder as the place of its commands: choose it in the chip under the box. Offered are also <name>::shell,
<name>::list_files, <name>::read_file and <name>::write_file, which any agent finds as functions of a worker. Each command and each call waits for
your yes unless a rule of yours says otherwise. Commands run inside bubblewrap: no network, nothing of this machine but its
programs, and only the folder can be written, but for .git/hooks and .git/config where they are there. What else lies in the folder can be changed:
look at it before you run it, and at the hooks of a repository that a command made.
`

/** `tabwright hands`: runs until it is stopped. Never part of the relay's own process. */
export async function runHandsCommand(argv: readonly string[], environment: Environment, screen: Screen): Promise<CommandEnd> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        unconfined: { type: 'boolean' },
        relay: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return { code: 0, out: HELP, err: '' }
    const [given, ...more] = positionals
    if (given === undefined) return { code: 2, out: HELP, err: '' }
    if (more.length > 0) return wrongUse('One folder a process: start another one for the other.')
    const root = readFolder(given, environment)
    const name = values.name ?? nameOf(root)
    if (!isFunctionName(`${name}::shell`))
      throw new WrongUse(`${JSON.stringify(name)} is no name; give one of a-z, 0-9, _ and - with --name`)
    const door = openDoor(values.relay, environment)
    const confined = await confine(root, process.env)
    if (typeof confined === 'string' && values.unconfined !== true)
      return {
        code: 1,
        out: '',
        err: `Commands cannot be confined to the folder: ${confined} Nothing was offered; --unconfined runs them with all your rights.\n`,
      }
    await door.invoke('engine::workers::list', {})
    const confinement = typeof confined === 'string' ? openConfinement(process.env) : confined
    return await serve({ name, root, confinement }, { join: (onRefused) => joinRelay(door, screen, { name, onRefused }), screen })
  } catch (thrown) {
    return endOf(thrown, 'tabwright hands')
  }
}

type Directory = Omit<OfferedFolder, 'over'>

interface Serving {
  readonly join: (
    onRefused: (refusal: { readonly id: string | undefined; readonly message: string }) => void,
  ) => ReturnType<typeof joinRelay>
  readonly screen: Screen
}

async function serve(directory: Directory, { join: joined, screen }: Serving): Promise<CommandEnd> {
  const refused: string[] = []
  const worker = joined(({ id, message }) => refused.push(`The relay did not take ${id ?? 'something'}: ${message}\n`))
  const { root, confinement } = directory
  const over = new AbortController()
  const functions = handsFunctions({ ...directory, over: over.signal })
  for (const { id, run, ...about } of functions)
    worker.registerFunction(
      id,
      (data, { signal }) => {
        // The many of a tab that works here are named by the commands alone.
        if (about.metadata['internal'] !== true || id.endsWith('::run')) screen.err(`called ${id}`)
        return run(data, signal)
      },
      about,
    )
  await worker.workers()
  // Half of the hands would be a surprise: all or nothing.
  if (refused.length > 0) {
    worker.close()
    return { code: 1, out: '', err: refused.join('') }
  }
  for (const { id, metadata } of functions) if (metadata['internal'] !== true) screen.out(`offered ${id}`)
  screen.err(
    confinement.isConfined ? `Commands are confined to ${root}, without network.` : `Commands are NOT confined: they have all your rights.`,
  )
  await screen.stopped
  over.abort()
  worker.close()
  return { code: 0, out: '', err: '' }
}

/** The folder's real path. @throws WrongUse for one that is none, or that would give away keys */
function readFolder(given: string, environment: Environment): string {
  const root = real(given)
  if (root === undefined || !statSync(root).isDirectory()) throw new WrongUse(`${JSON.stringify(given)} is no folder`)
  const data = real(environment['TABWRIGHT_DATA']?.trim() || join(homedir(), '.tabwright'))
  const way = data === undefined ? '..' : relative(root, data)
  if (root === '/' || way === '' || !way.startsWith('..'))
    throw new WrongUse(`${root} holds what is not a project's, Tabwright's own keys among it; give a folder below it`)
  return root
}

function real(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync(resolve(path))
}

function nameOf(root: string): string {
  return basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
}
