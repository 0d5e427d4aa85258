import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { DIRECTORY_FORM, type Json, type JsonObject } from '@tabwright/protocol'
import { EngineError } from '../engine/built-in'
import { fieldsOf } from '../engine/fields'
import type { Confinement, OfferedFolder } from './confinement'
import { directoryFunctions } from './directory-functions'
import { FolderFiles } from './folder-files'
import { FOLDER, segmentsOf } from './folder-path'
import { MOST_AT_ONCE, runShell } from './shell-run'

/** A function of a directory, as it is offered at the relay. */
export interface HandsFunction {
  readonly id: string
  readonly description: string
  readonly request: JsonObject
  readonly metadata: JsonObject
  run(data: Json | undefined, signal: AbortSignal): Promise<Json>
}

const DEFAULT_TIMEOUT_MS = 60_000
/** The relay waits two minutes for an answer. */
const MAX_TIMEOUT_MS = 110_000
const LONGEST_COMMAND = 100_000

const TEXT = { type: 'string' }

/** What is kept from commands, in words for the model and the person. */
const CONFINED = `Commands see only this folder and the machine's programs, have no network, and write only in the folder (and an empty /tmp); hooks and settings of a git repository that was there are read-only.`
const OPEN = `Commands run with ALL rights of the person who started this, network included: nothing confines them to the folder.`

/** The files and the shell of a directory of this machine. */
export function handsFunctions(folder: OfferedFolder): readonly HandsFunction[] {
  const { name, root, confinement } = folder
  const files = new FolderFiles(root)
  // What is allowed for one directory must not hold for another of the same name: what says so is part of what a permission is bound to.
  const mark = createHash('sha256').update(`${hostname()}\0${root}`).digest('hex').slice(0, 16)
  const place = `in the real directory "${name}" on a person’s machine (${FOLDER}; its mark is ${mark})`
  const own = (
    id: string,
    about: Omit<HandsFunction, 'id' | 'metadata' | 'request'> & { effect: string; request: JsonObject; more?: JsonObject },
  ): HandsFunction => ({
    id: `${name}::${id}`,
    description: about.description,
    request: { type: 'object', additionalProperties: false, ...about.request },
    // At hand once it was used; what only looks may be repeated after a crash.
    metadata: { tags: ['hot'], effect: about.effect, ...about.more },
    run: about.run,
  })
  return [
    own('shell', {
      description: `Runs a bash command line ${place}. ${confinement.isConfined ? CONFINED : OPEN} Each call is a shell of its own: neither folder nor variables carry over, what still runs in the background ends with it. timeout_ms is at most ${MAX_TIMEOUT_MS}.`,
      request: { properties: { command: TEXT, cwd: TEXT, timeout_ms: { type: 'integer' } }, required: ['command'] },
      effect: 'ask',
      // By this a tab knows that the whole directory can be a session's place.
      more: { directory: { form: DIRECTORY_FORM, mark, confined: confinement.isConfined } },
      run: shellOf(`${name}::shell`, root, confinement),
    }),
    own('list_files', {
      description: `Lists one folder ${place}.`,
      request: { properties: { path: TEXT } },
      effect: 'pure',
      run: (data) => files.list(fieldsOf(`${name}::list_files`, data).maybeText('path') ?? FOLDER),
    }),
    own('read_file', {
      description: `Reads a text file ${place}.`,
      request: { properties: { path: TEXT }, required: ['path'] },
      effect: 'pure',
      run: async (data) => ({ text: await files.read(fieldsOf(`${name}::read_file`, data).text('path')) }),
    }),
    own('write_file', {
      description: `Writes a whole text file ${place}, with the folders above it.`,
      request: { properties: { path: TEXT, text: TEXT }, required: ['path', 'text'] },
      effect: 'keyed',
      run: async (data) => {
        const id = `${name}::write_file`
        await files.write(fieldsOf(id, data).text('path'), longText(id, data, 'text'))
        return { written: true }
      },
    }),
    ...directoryFunctions(folder).map((one) => ({ ...one, description: `${one.description} That is ${place}.` })),
  ]
}

function shellOf(id: string, root: string, confinement: Confinement): HandsFunction['run'] {
  let running = 0
  return async (data, signal) => {
    const fields = fieldsOf(id, data)
    const command = longText(id, data, 'command')
    const timeoutMs = fields.maybeNumber('timeout_ms') ?? DEFAULT_TIMEOUT_MS
    if (command.trim() === '' || command.length > LONGEST_COMMAND || command.includes('\0')) refuse(id, `"command" is a command line`)
    if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)
      refuse(id, `"timeout_ms" is from 1 to ${MAX_TIMEOUT_MS}`)
    const folder = segmentsOf(fields.maybeText('cwd') ?? FOLDER)
    if (running >= MOST_AT_ONCE) throw new EngineError('busy', `${MOST_AT_ONCE} commands run there already; nothing was run.`)
    running += 1
    try {
      return await runShell(root, confinement, { command, folder, timeoutMs, signal })
    } finally {
      running -= 1
    }
  }
}

/** A text without the bound of a name. */
function longText(id: string, data: Json | undefined, name: string): string {
  const value = fieldsOf(id, data).json(name)
  return typeof value === 'string' ? value : refuse(id, `"${name}" is a text`)
}

function refuse(id: string, what: string): never {
  throw new EngineError('deserialization_error', `${id} was not called: ${what}.`)
}
