import { textOf, joined } from '../../text'
import { FsError } from '../../tree/fs-error'
import { NotImplemented } from '../../commands/command'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import { readPiece } from '../streams'
import { assignTo } from './assign-to'
import type { Builtin } from './builtin'
import { builtinOptions } from './options'

interface Reading {
  readonly descriptor: number
  readonly separator: number
  /** Characters at most; `exactly` also goes over separators. */
  readonly count: number | undefined
  readonly exactly: boolean
  readonly raw: boolean
}

/** A character that was read, and whether a backslash stood before it. */
interface Taken {
  readonly text: string
  readonly isEscaped: boolean
}

/** What was read up to the separator. */
interface Gathered {
  readonly characters: readonly Taken[]
  readonly isEnded: boolean
}

async function gather(runner: Runner, reading: Reading): Promise<Gathered> {
  if (reading.count !== undefined) return gatherCounted(runner, reading)
  const parts: Taken[] = []
  for (;;) {
    const piece = await readPiece(runner, reading.descriptor, reading.separator)
    if (piece === undefined) return { characters: parts, isEnded: false }
    const text = textOf(piece.bytes)
    if (reading.raw || !text.includes('\\')) {
      for (const character of text) parts.push({ text: character, isEscaped: false })
      return { characters: parts, isEnded: piece.isEnded }
    }
    const goesOn = addEscaped(parts, text)
    if (!piece.isEnded) return { characters: parts, isEnded: false }
    if (!goesOn) return { characters: parts, isEnded: true }
    // A backslash before another separator than a newline keeps it.
    if (reading.separator !== 10) parts.push({ text: String.fromCharCode(reading.separator), isEscaped: true })
  }
}

/** True: the last character is a backslash, which joins the next line. */
function addEscaped(parts: Taken[], text: string): boolean {
  const characters = [...text]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? ''
    if (character !== '\\') parts.push({ text: character, isEscaped: false })
    else {
      i += 1
      const next = characters[i]
      if (next === undefined) return true
      if (next !== '\n') parts.push({ text: next, isEscaped: true })
    }
  }
  return false
}

async function gatherCounted(runner: Runner, reading: Reading): Promise<Gathered> {
  const file = runner.process.files.get(reading.descriptor)
  if (file === undefined) throw new FsError('EBADF', 'read')
  const parts: Taken[] = []
  let isEscaped = false
  while (parts.length < (reading.count ?? 0)) {
    const character = await readCharacter(runner, reading.descriptor)
    if (character === undefined) return { characters: parts, isEnded: false }
    if (!isEscaped && !reading.raw && character === '\\') {
      isEscaped = true
      continue
    }
    if (!reading.exactly && !isEscaped && character.charCodeAt(0) === reading.separator) return { characters: parts, isEnded: true }
    if (!(isEscaped && character === '\n')) parts.push({ text: character, isEscaped })
    isEscaped = false
  }
  return { characters: parts, isEnded: true }
}

async function readCharacter(runner: Runner, descriptor: number): Promise<string | undefined> {
  const file = runner.process.files.get(descriptor)
  const first = await file?.read(1, runner.process)
  const lead = first?.[0]
  if (file === undefined || first === undefined || lead === undefined) return undefined
  const length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1
  const parts = [first]
  for (let i = 1; i < length; i++) {
    const next = await file.read(1, runner.process)
    if (next === undefined) break
    parts.push(next)
  }
  return textOf(joined(parts))
}

/** Gives words to names; the last gets the rest with the separators in it. */
function splitInto(characters: readonly Taken[], ifs: string, count: number): string[] {
  const isWhite = (one: Taken | undefined): boolean =>
    one !== undefined && !one.isEscaped && ' \t\n'.includes(one.text) && ifs.includes(one.text)
  const isHard = (one: Taken | undefined): boolean =>
    one !== undefined && !one.isEscaped && !' \t\n'.includes(one.text) && ifs.includes(one.text)
  const words: string[] = []
  let at = 0
  const skipWhite = (): void => {
    while (isWhite(characters[at])) at += 1
  }
  skipWhite()
  while (at < characters.length && words.length < count - 1) {
    let word = ''
    for (; at < characters.length && !isWhite(characters[at]) && !isHard(characters[at]); at++) word += characters[at]?.text ?? ''
    words.push(word)
    skipWhite()
    if (isHard(characters[at])) {
      at += 1
      skipWhite()
    }
  }
  if (count > words.length) words.push(lastWord(characters.slice(at), { isWhite, isHard }))
  return words
}

interface Kinds {
  isWhite(one: Taken | undefined): boolean
  isHard(one: Taken | undefined): boolean
}

/** What is left, without white space at its end, nor a single delimiter that only ends it. */
function lastWord(rest: readonly Taken[], { isWhite, isHard }: Kinds): string {
  let end = rest.length
  while (end > 0 && isWhite(rest[end - 1])) end -= 1
  const before = rest.slice(0, end)
  if (isHard(before.at(-1))) {
    let inner = end - 1
    while (inner > 0 && isWhite(rest[inner - 1])) inner -= 1
    if (!before.slice(0, inner).some((one) => isHard(one) || isWhite(one))) end = inner
  }
  return rest
    .slice(0, end)
    .map((one) => one.text)
    .join('')
}

function allWords(characters: readonly Taken[], ifs: string): string[] {
  if (characters.length === 0) return []
  const words = splitInto(characters, ifs, characters.length + 2)
  while (words.at(-1) === '') words.pop()
  return words
}

const USAGE = 'read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]'

async function read(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'ersa:d:i:n:N:p:t:u:', { usage: USAGE })
  const descriptor = Number(values.get('u') ?? 0)
  if (!runner.process.files.has(descriptor)) throw new ShellError(`${descriptor}: invalid file descriptor: Bad file descriptor`)
  const delimiter = values.get('d')
  const count = values.get('N') ?? values.get('n')
  if (count !== undefined && !/^\d+$/.test(count)) throw new ShellError(`${count}: invalid number`)
  const bad = rest.find((name) => !/^[A-Za-z_]\w*(\[.+\])?$/s.test(name))
  if (bad !== undefined) throw new ShellError(`\`${bad}': not a valid identifier`)
  if (letters.includes('e') && values.has('i') && runner.process.files.get(descriptor)?.isTerminal)
    throw new NotImplemented('read -i at a terminal')
  const prompt = values.get('p')
  if (prompt !== undefined && runner.process.files.get(descriptor)?.isTerminal) await runner.write(prompt, 2)
  const reading: Reading = {
    descriptor,
    separator: delimiter === undefined ? 10 : (new TextEncoder().encode(delimiter)[0] ?? 0),
    count: count === undefined ? undefined : Number(count),
    exactly: values.has('N'),
    raw: letters.includes('r'),
  }
  const timeout = values.get('t')
  if (timeout !== undefined && !/^\d*\.?\d*$/.test(timeout)) throw new ShellError(`${timeout}: invalid timeout specification`)
  const gathered =
    timeout === undefined || Number(timeout) === 0
      ? await gather(runner, reading)
      : await within(runner, Number(timeout), gather(runner, reading))
  if (gathered === undefined) return 142
  store(runner, gathered.characters, { names: rest, array: values.get('a'), exactly: reading.exactly })
  return gathered.isEnded ? 0 : 1
}

async function within(runner: Runner, seconds: number, reading: Promise<Gathered>): Promise<Gathered | undefined> {
  const controller = new AbortController()
  const ended = (): void => controller.abort(runner.process.signal.reason)
  runner.process.signal.addEventListener('abort', ended, { once: true })
  const late = runner.system.clock.sleep(seconds * 1000, controller.signal).then(
    () => undefined,
    () => undefined,
  )
  try {
    return await Promise.race([reading, late])
  } finally {
    controller.abort()
    runner.process.signal.removeEventListener('abort', ended)
  }
}

function store(
  runner: Runner,
  characters: readonly Taken[],
  to: { readonly names: readonly string[]; readonly array: string | undefined; readonly exactly: boolean },
): void {
  const { vars } = runner.state
  const ifs = vars.text('IFS') ?? ' \t\n'
  const text = (): string => characters.map((one) => one.text).join('')
  if (to.array !== undefined) {
    const items = new Map(allWords(characters, ifs).map((word, i) => [i, word]))
    vars.assignValue(to.array, { type: 'list', items })
    return
  }
  if (to.names.length === 0) {
    vars.assign('REPLY', text())
    return
  }
  const words = to.exactly ? [text()] : splitInto(characters, ifs, to.names.length)
  for (const [i, name] of to.names.entries()) assignTo(runner, name, words[i] ?? '')
}

async function mapfile(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'td:n:O:s:u:C:c:')
  const name = rest[0] ?? 'MAPFILE'
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`\`${name}': not a valid identifier`)
  const descriptor = Number(values.get('u') ?? 0)
  const delimiter = values.get('d')
  const separator = delimiter === undefined ? 10 : (new TextEncoder().encode(delimiter)[0] ?? 0)
  const most = Number(values.get('n') ?? 0)
  const old = runner.state.vars.get(name)?.value
  const items = new Map(values.has('O') && old?.type === 'list' ? old.items : [])
  let index = Number(values.get('O') ?? 0)
  const every = Number(values.get('c') ?? 5000)
  for (let skipped = Number(values.get('s') ?? 0); skipped > 0; skipped--)
    if ((await readPiece(runner, descriptor, separator)) === undefined) break
  for (let count = 1; most === 0 || count <= most; count++) {
    const piece = await readPiece(runner, descriptor, separator)
    if (piece === undefined) break
    runner.system.tick()
    const end = letters.includes('t') || !piece.isEnded || separator === 0 ? '' : String.fromCharCode(separator)
    const text = textOf(piece.bytes) + end
    const callback = values.get('C')
    if (callback !== undefined && count % every === 0)
      await runner.runText({ text: `${callback} ${index} '${text.replaceAll("'", "'\\''")}'`, name: runner.source.name })
    items.set(index, text)
    index += 1
  }
  runner.state.vars.assignValue(name, { type: 'list', items })
  return 0
}

/** Commands that read into variables. */
export const READING: readonly Builtin[] = [
  { names: ['read'], usage: USAGE.slice('read: usage: '.length), run: read },
  {
    names: ['mapfile', 'readarray'],
    usage: 'mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]',
    run: mapfile,
  },
]
