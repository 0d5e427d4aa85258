import {
  canonicalJson,
  failureOf,
  HOOK_EVENTS,
  HOOKS_FILE,
  HOOKS_FOLDER,
  isJsonObject,
  type FileEntry,
  type Hash,
  type HookEvent,
  type HookHandler,
  type Json,
  type WorkspaceReader,
} from '@tabwright/protocol'
import { parseStrict } from '../parse-strict'
import type { CompileExpression, TextCodec } from '../ports'

/** What a project has of hooks, as its files are now. */
export type HooksFound =
  | { readonly type: 'none' }
  | { readonly type: 'broken'; readonly reason: string }
  | {
      readonly type: 'found'
      /** Of every byte that runs or that a handler can read. */
      readonly digest: string
      readonly handlers: readonly HookHandler[]
      readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
    }

/** What reading them takes. */
export interface HookReading {
  readonly workspace: Pick<WorkspaceReader, 'stat' | 'list' | 'read'>
  readonly text: TextCodec
  readonly hash: Hash
  readonly expression: CompileExpression
}

/** More than this is a program, not a handler: nobody would read it before trusting it. */
const MOST_FILES = 64
const MOST_BYTES = 1_000_000
const MOST_HANDLERS = 50
/** Source: harness.md 1.9. */
const LONGEST_MS = 600_000

/** Reads the project's hooks; what has not changed is not read again. */
export function hookReader(reading: HookReading): () => Promise<HooksFound> {
  let known: { readonly digest: string; readonly found: HooksFound } | undefined
  return async () => {
    const entries = entriesOf(reading.workspace)
    if (entries === undefined) return { type: 'none' }
    const digest = digestOf(reading.hash, entries)
    if (known?.digest !== digest) known = { digest, found: await readAll(reading, entries, digest) }
    return known.found
  }
}

function entriesOf(workspace: HookReading['workspace']): readonly FileEntry[] | undefined {
  const file = workspace.stat(HOOKS_FILE)
  return file && [file, ...workspace.list().filter(({ path }) => path.startsWith(HOOKS_FOLDER))]
}

function digestOf(hash: Hash, entries: readonly FileEntry[]): string {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return hash(canonicalJson(['hooks.v1', ...sorted.map(({ path, mode, hash: content }) => [path, mode, content])]))
}

async function readAll(reading: HookReading, entries: readonly FileEntry[], digest: string): Promise<HooksFound> {
  try {
    const size = entries.reduce((sum, entry) => sum + entry.size, 0)
    if (entries.length > MOST_FILES || size > MOST_BYTES)
      throw new TypeError(`they are ${entries.length} files with ${size} bytes; ${MOST_FILES} files and ${MOST_BYTES} bytes are the most`)
    const link = entries.find(({ mode }) => mode === 'symlink')
    if (link) throw new TypeError(`${link.path} is a link, and what it leads to could change unseen`)
    const files = await Promise.all(entries.map(async ({ path }) => ({ path, bytes: await reading.workspace.read(path) })))
    const text = reading.text.decode(files[0]?.bytes ?? new Uint8Array())
    if (text === undefined) throw new TypeError(`${HOOKS_FILE} is no text`)
    const handlers = handlersIn(parseStrict(text), new Set(files.map(({ path }) => path)))
    for (const { matcher } of handlers) if (matcher !== undefined) await matcherOf(reading.expression, matcher)
    return { type: 'found', digest, handlers, files }
  } catch (error) {
    return { type: 'broken', reason: `The hooks of this project cannot be used, and none of them runs: ${failureOf(error).message}.` }
  }
}

function handlersIn(value: Json, paths: ReadonlySet<string>): readonly HookHandler[] {
  const hooks = isJsonObject(value) ? value['hooks'] : undefined
  if (!isJsonObject(hooks)) throw new TypeError(`${HOOKS_FILE} has no object "hooks"`)
  const handlers = Object.entries(hooks).flatMap(([name, groups]) => {
    const event = HOOK_EVENTS.find((known) => known === name)
    if (event === undefined) throw new TypeError(`"${name}" is no event of this app; there are ${HOOK_EVENTS.join(', ')}`)
    return listOf(groups, name).flatMap((group) => groupHandlers(event, group, paths))
  })
  if (handlers.length > MOST_HANDLERS) throw new TypeError(`there are ${handlers.length} handlers; ${MOST_HANDLERS} are the most`)
  return handlers
}

function groupHandlers(event: HookEvent, group: Json, paths: ReadonlySet<string>): readonly HookHandler[] {
  if (!isJsonObject(group)) throw new TypeError(`an entry of "${event}" is no object`)
  onlyFields(group, ['matcher', 'hooks'], event)
  const { matcher } = group
  if (matcher !== undefined && typeof matcher !== 'string') throw new TypeError(`a "matcher" of "${event}" is no text`)
  const isAll = matcher === undefined || matcher === '' || matcher === '*'
  return listOf(group['hooks'], `${event}", "hooks`).map((one) => ({ ...handlerOf(event, one, paths), ...(!isAll && { matcher }) }))
}

function handlerOf(event: HookEvent, value: Json, paths: ReadonlySet<string>): HookHandler {
  if (!isJsonObject(value)) throw new TypeError(`a handler of "${event}" is no object`)
  onlyFields(value, ['type', 'path', 'timeout', 'policy'], event)
  const { type, path, timeout, policy } = value
  if (type !== 'script') throw new TypeError(`a handler of "${event}" is not of type "script"; this app runs no others`)
  if (typeof path !== 'string' || !path.startsWith(HOOKS_FOLDER))
    throw new TypeError(`a handler of "${event}" has no "path" in ${HOOKS_FOLDER}`)
  if (!paths.has(path)) throw new TypeError(`${path} is not there`)
  if (timeout !== undefined && (typeof timeout !== 'number' || !(timeout > 0)))
    throw new TypeError(`the "timeout" of ${path} is no number of seconds`)
  if (policy !== undefined && typeof policy !== 'boolean') throw new TypeError(`"policy" of ${path} is neither true nor false`)
  const timeoutMs = Math.min(LONGEST_MS, timeout === undefined ? LONGEST_MS : Math.ceil(timeout * 1000))
  return { event, script: path, timeoutMs, isPolicy: policy === true }
}

/** A field that nobody reads may be one that somebody relies on. */
function onlyFields(value: { readonly [key: string]: Json }, known: readonly string[], event: HookEvent): void {
  const other = Object.keys(value).find((key) => !known.includes(key))
  if (other !== undefined) throw new TypeError(`"${event}" has a field "${other}" that this app does not know`)
}

function listOf(value: Json | undefined, name: string): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError(`"${name}" is no list`)
  return value
}

/** Names with `|` between them are names; anything else is an expression for a whole name. @throws FailureError `bad_input` */
export async function matcherOf(compile: CompileExpression, matcher: string): Promise<(name: string) => boolean> {
  if (/^[\w|]+$/.test(matcher)) return (name) => matcher.split('|').includes(name)
  return compile(`^(?:${matcher})$`, { ignoreCase: false })
}
