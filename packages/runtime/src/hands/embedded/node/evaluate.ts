import { transform } from 'sucrase'

/** Files that the program has loaded: frames of anything else are ours and are left out of its stacks. */
const loaded = new Map<string, number>()

/** Indirect, so that the text runs in the global scope and sees nothing of this file. */
const run: (code: string) => unknown = globalThis.eval

/**
 * Runs text under a file's name, so that stacks name the file and its lines.
 * @throws SyntaxError with the place in it
 */
export function evaluate(code: string, name: string): unknown {
  const head = /^\((?:async )?function \([^)]*\) \{/.exec(code)?.[0].length ?? 0
  loaded.set(name, head)
  const text = `${code}\n//# sourceURL=${name.replaceAll(' ', '%20')}`
  try {
    return run(text)
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError) || head === 0) throw thrown
    throw placed(thrown, code.slice(head, -3), name)
  }
}

/** The platform does not say where a text failed to parse; a second parser does. */
function placed(error: SyntaxError, source: string, name: string): SyntaxError {
  const path = name.replace(/^file:\/\//, '')
  try {
    transform(source, { transforms: [], disableESTransforms: true })
  } catch (thrown) {
    const place = thrown instanceof Error ? /\((\d+):(\d+)\)/.exec(thrown.message) : null
    if (place !== null) return syntaxError(`${path}:${place[1] ?? ''}`, error.message, source.split('\n')[Number(place[1]) - 1])
  }
  return syntaxError(path, error.message)
}

/** A syntax error that says which file it is about. */
export function syntaxError(place: string, message = 'Unexpected end of input', line?: string): SyntaxError {
  const error = new SyntaxError(message)
  error.stack = `${place}\n${line === undefined ? '' : `${line}\n`}\nSyntaxError: ${message}`
  return error
}

/** `error.stack` without our own frames, and with the columns of first lines as the file has them. */
export function cleanStack(stack: string): string {
  const lines = stack.split('\n')
  return lines
    .filter((line) => !/^\s+at /.test(line) || placeOf(line) !== undefined)
    .map(shiftColumn)
    .join('\n')
}

/** File, line and column that a frame names, if the file is the program's. */
export function placeOf(frame: string): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const found = /\(?((?:file:\/\/)?\/[^():]*|\[eval\]):(\d+):(\d+)\)?$/.exec(frame)
  const name = found?.[1]?.replaceAll('%20', ' ')
  if (name === undefined || !loaded.has(name)) return undefined
  const line = Number(found?.[2])
  const head = loaded.get(name) ?? 0
  return { file: name, line, column: Number(found?.[3]) - (line === 1 ? head : 0) }
}

function shiftColumn(frame: string): string {
  const place = /^\s+at /.test(frame) ? placeOf(frame) : undefined
  // A function without a name in text that was evaluated is called eval: the file itself is meant.
  return place === undefined ? frame : frame.replace(/:\d+:\d+(\)?)$/, `:${place.line}:${place.column}$1`).replace(/at (?:async )?eval \((.*)\)$/, 'at $1')
}

/** From now on every error's stack shows the program's own frames only, as if nothing stood beneath it. */
export function installStacks(): void {
  Reflect.set(Error, 'stackTraceLimit', 30)
  Reflect.set(Error, 'prepareStackTrace', (error: unknown, frames: readonly unknown[]) => {
    const own = frames.map((frame) => `    at ${String(frame)}`).filter((line) => placeOf(line) !== undefined)
    return [headOf(error), ...own.slice(0, 10).map(shiftColumn)].join('\n')
  })
}

function headOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = String(error.message)
  const code = 'code' in error && typeof error.code === 'string' && /^ERR_/.test(error.code) ? ` [${error.code}]` : ''
  return `${error.name}${code}${message === '' ? '' : `: ${message}`}`
}
