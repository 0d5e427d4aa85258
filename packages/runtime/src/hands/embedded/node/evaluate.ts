import { transform } from 'sucrase'

/** Files that the program has loaded: frames of anything else are ours and are left out of its stacks. */
const loaded = new Map<string, number>()

/** Indirect, so that the text runs in the global scope and sees nothing of this file. */
const run: (code: string) => unknown = globalThis.eval

/**
 * Runs text under a file's name, so that stacks name the file and its lines.
 * @param own how much of the text behind the beginning of its function is ours, on its first line
 * @throws SyntaxError with the place in it
 */
export function evaluate(code: string, name: string, own = 0): unknown {
  const head = (/^\((?:\(__import\) => )?(?:async )?function\*? \([^)]*\) \{/.exec(code)?.[0].length ?? 0) + own
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
    const line = source.split('\n')[Number(place?.[1]) - 1]
    if (place !== null && line !== undefined) {
      const word = /^(?:[\w$]+|.)/u.exec(line.slice(Number(place[2]) - 1))?.[0] ?? ' '
      return syntaxError(
        `${path}:${place[1] ?? ''}`,
        error.message,
        `${line}\n${' '.repeat(Number(place[2]) - 1)}${'^'.repeat(word.length)}`,
      )
    }
  }
  return syntaxError(path, error.message)
}

/** A syntax error that says which file it is about. */
export function syntaxError(place: string, message = 'Unexpected end of input', line?: string): SyntaxError {
  const error = new SyntaxError(message)
  error.stack = `${place}\n${line === undefined ? '' : `${line}\n`}\nSyntaxError: ${message}`
  return error
}

const isFrame = (line: string): boolean => /^\s+at /.test(line)

/** A stack without frames that are not the program's. */
export function cleanStack(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !isFrame(line) || placeOf(line) !== undefined)
    .join('\n')
}

/** File, line and column that a frame names, if the file is the program's. */
export function placeOf(frame: string): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const found = /\(?((?:file:\/\/)?\/[^():]*|\[eval\]):(\d+):(\d+)\)?(?: \{)?$/.exec(frame)
  const name = found?.[1]?.replaceAll('%20', ' ')
  return name === undefined || !loaded.has(name) ? undefined : { file: name, line: Number(found?.[2]), column: Number(found?.[3]) }
}

/** The file of the program whose code is running. */
export function callerFile(): string | undefined {
  for (const line of new Error('here').stack?.split('\n') ?? []) {
    const file = isFrame(line) ? placeOf(line)?.file : undefined
    if (file !== undefined) return decodeURI(file.replace(/^file:\/\//, ''))
  }
  return undefined
}

/** A frame as Node words it: on the first line the column is the file's own, not that of our function around it. */
function worded(frame: string): string {
  const place = placeOf(frame)
  if (place === undefined) return frame
  const column = Math.max(place.column - (place.line === 1 ? (loaded.get(place.file) ?? 0) : 0), 1)
  // A function without a name in text that was evaluated is called eval: the file itself is meant.
  return frame
    .replace(/:\d+:\d+(\)?)$/, `:${place.line}:${column}$1`)
    .replace(/at (?:async )?eval \((.*)\)$/, 'at $1')
    .replace(
      /at ((?:async )?[\w$.]+)\.eval (?:\[as ([^\]]+)\] )?\(/,
      (_, owner: string, method = '<anonymous>') => `at ${owner}.${method} (`,
    )
}

/** From now on every error's stack shows the program's own frames only, as if nothing stood beneath it. */
export function installStacks(): void {
  Reflect.set(Error, 'stackTraceLimit', 10)
  Reflect.set(Error, 'prepareStackTrace', (error: unknown, frames: readonly unknown[]) => {
    const lines = frames.map((frame) => `    at ${String(frame)}`)
    const own = lines.filter((line) => placeOf(line) !== undefined)
    // The code of an error stands in its head where Node made it, not where the program did.
    const isPrograms = own.length > 0 && own[0] === lines[0]
    return [headOf(error, isPrograms), ...own.slice(0, 10).map(worded)].join('\n')
  })
}

function headOf(error: unknown, isPrograms: boolean): string {
  if (!(error instanceof Error)) return String(error)
  const message = String(error.message)
  const code = !isPrograms && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_') ? ` [${error.code}]` : ''
  return `${error.name}${code}${message === '' ? '' : `: ${message}`}`
}
