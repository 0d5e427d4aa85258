import type { ParsedScript } from 'unbash'
import { Device, PipeEnd, type OpenFile } from '../../streams/open-file'
import { Pipe } from '../../streams/pipe'
import { joined, textOf } from '../../text'
import { Killed } from '../../signals'
import type { Runner } from '../runner'
import { FatalError } from '../shell-error'
import { Source } from '../source'
import { endOf, orKilled } from './waiting'

/** The highest descriptor that bash gives to a pipe of its own. */
const HIGHEST = 63

/** A text that is far longer than any script wants, and short enough to be held several times over. */
const MAX_CAPTURED = 64 * 1024 * 1024

/** Output of a command substitution without the newlines at its end. */
export async function captureOutput(runner: Runner, script: ParsedScript, text: string): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  let done = (): void => undefined
  const closed = new Promise<void>((resolve) => {
    done = resolve
  })
  const sink = new Device({
    write: (bytes) => {
      size += bytes.length
      if (size > MAX_CAPTURED) return Promise.reject(new Killed('PIPE'))
      parts.push(bytes.slice())
      return Promise.resolve()
    },
    close: () => done(),
  })
  const child = runner.spawn({ title: text, files: new Map([[1, sink]]), body: (inner) => runCaptured(inner, script, text) })
  sink.release()
  const exit = await endOf(runner.process, child)
  // A job that the command left behind may still write.
  await orKilled(runner.process, closed)
  if (size > MAX_CAPTURED)
    throw new FatalError(`command substitution: cannot allocate memory: more than ${MAX_CAPTURED / 1024 ** 2} MiB of output`)
  runner.substituted = exit.code
  runner.state.status = runner.substituted
  const wait = runner.step()
  if (wait !== undefined) await wait
  return withoutNuls(runner, textOf(joined(parts)))
}

async function withoutNuls(runner: Runner, text: string): Promise<string> {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text
  if (clean !== text) await runner.complain('warning: command substitution: ignored null byte in input')
  let end = clean.length
  while (end > 0 && clean.charCodeAt(end - 1) === 10) end -= 1
  return clean.slice(0, end)
}

async function runCaptured(runner: Runner, script: ParsedScript, told: string): Promise<void> {
  runner.state.traceDepth += 1
  if (!runner.state.shopt.has('inherit_errexit')) runner.state.options.delete('errexit')
  if (told.includes('\n') || script.source !== undefined) runner.source = innerSource(runner, script, told)
  const [only] = script.commands
  const command = script.commands.length === 1 && only?.command.type === 'Command' ? only.command : undefined
  const [from] = command?.redirects ?? []
  const isFile =
    command !== undefined &&
    command.name === undefined &&
    command.prefix.length === 1 &&
    from?.type === 'Redirect' &&
    from.operator === '<' &&
    from.descriptor === undefined
  if (!isFile || from.target === undefined) return runner.runChild(script.commands)
  const redirected = await runner.redirect([from])
  for (let part = await readFrom(runner); part !== undefined; part = await readFrom(runner)) await runner.write(part)
  redirected.undo()
}

/**
 * The text of a substitution with its lines as bash counts them: on from the line that the substitution ends in, and without what stands
 * before its first command, for bash runs a text that it made anew. Between backquotes it runs the text as it is.
 */
function innerSource(runner: Runner, script: ParsedScript, told: string): Source {
  const { source, line } = runner
  const from = script.commands[0]?.pos ?? 0
  if (script.source !== undefined) {
    const before = told.startsWith('`') ? 0 : newlinesIn(script.source.slice(0, from))
    return new Source(script.source, source.name, line + newlinesIn(told) - before)
  }
  // Its places are those of the text around it.
  const start = source.text.lastIndexOf(told, from)
  if (start < 0) return source
  const begin = told.startsWith('`') ? start : from
  return new Source(source.text, source.name, source.first + source.line(start + told.length - 1) - source.line(begin))
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1
}

function readFrom(runner: Runner): Promise<Uint8Array | undefined> {
  const file = runner.process.files.get(0)
  return file === undefined ? Promise.resolve(undefined) : file.read(65_536, runner.process)
}

/** Starts `<(…)` or `>(…)`; its pipe stays open in the shell under this descriptor. */
export function startSubstitution(
  runner: Runner,
  script: ParsedScript,
  operator: '<' | '>',
): { readonly descriptor: number; readonly path: string } {
  const pipe = new Pipe()
  const reader = new PipeEnd(pipe, 'read')
  const writer = new PipeEnd(pipe, 'write')
  const [own, given, standard] = operator === '<' ? [reader, writer, 1] : [writer, reader, 0]
  const files = new Map<number, OpenFile | undefined>([[standard, given]])
  const child = runner.spawn({ title: 'process substitution', files, body: (inner) => inner.runChild(script.commands) })
  runner.state.lastBackground = child.pid
  given.release()
  let descriptor = HIGHEST
  while (runner.process.files.has(descriptor)) descriptor -= 1
  runner.process.files.set(descriptor, own)
  return { descriptor, path: `/dev/fd/${descriptor}` }
}
