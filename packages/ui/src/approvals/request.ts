import { isJsonObject, type Approval, type Json } from '@tabwright/protocol'
import { t, type Phrase } from '../language'

/** A request as a person is asked about it. */
export interface Question {
  /** Verb sentence: `Run a command?` */
  readonly title: string
  /** The shell command, pulled out of the bytes. */
  readonly command?: string
  /** The edit, pulled out of the bytes. */
  readonly edit?: EditQuestion
  /** Where it runs, when that is not the workspace itself. */
  readonly folder?: string
  /** Why, in the model's own words; they are a claim and shown as one. */
  readonly purpose?: string
  /** What a yes speaks for beside this request. */
  readonly covers?: string
}

/** What becomes of a part of a file, or of a whole one. */
export interface EditQuestion {
  readonly path: string
  /** `null`: the whole file is written, whatever stands there. */
  readonly before: string | null
  readonly after: string
  /** As they are in the request, to the letter. */
  readonly exactBefore: string | null
  readonly exactAfter: string
}

const WORKSPACE = '/workspace'

const TITLES: Readonly<Record<string, Phrase>> = {
  shell: 'Run a command?',
  write_file: 'Write a file?',
  edit_file: 'Edit a file?',
  read_file: 'Read a file?',
  list_files: 'List files?',
  glob: 'Look for files?',
  grep: 'Search files?',
}

function inputOf(text: string): { readonly [key: string]: Json } {
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** Everything in it is taken from the bytes that were digested, so that what is shown is what will run. */
export function questionOf({ tool, bytes }: Pick<Approval, 'tool' | 'bytes'>): Question {
  const input = inputOf(bytes)
  if (tool === 'fetch') return fetchQuestion(input)
  const { command, purpose, cwd } = input
  const edit = editOf(tool, input)
  const known = TITLES[tool]
  return {
    title: known ? t(known) : t('Let the agent use {tool}?', { tool }),
    ...(tool === 'shell' && typeof command === 'string' ? { command } : {}),
    ...(tool === 'shell' && typeof cwd === 'string' && cwd !== WORKSPACE ? { folder: cwd } : {}),
    ...(edit === undefined ? {} : { edit }),
    ...(typeof purpose === 'string' && purpose.trim() !== '' ? { purpose } : {}),
  }
}

function editOf(
  tool: string,
  { path, content, old_text: before, new_text: after }: { readonly [key: string]: Json },
): EditQuestion | undefined {
  if (typeof path !== 'string') return undefined
  if (tool === 'write_file' && typeof content === 'string')
    return { path, before: null, after: content, exactBefore: null, exactAfter: content }
  if (tool === 'edit_file' && typeof before === 'string' && typeof after === 'string') {
    // A part of a line is no end of a file.
    const end = before.endsWith('\n') || after.endsWith('\n') ? '' : '\n'
    return { path, before: before + end, after: after + end, exactBefore: before, exactAfter: after }
  }
  return undefined
}

/** A request to the network: its first line, headers and what it sends, as a person who knows HTTP reads them. */
function fetchQuestion(input: { readonly [key: string]: Json }): Question {
  const { method, url, origin, body, token, push, next } = input
  const lines = [...headLines(input)]
  if (typeof token === 'string') lines.push(`Authorization: ${token}`)
  const sent = isJsonObject(body) ? body : undefined
  const brought = isJsonObject(push) ? pushLines(push) : undefined
  if (brought) lines.push('', ...brought)
  else if (sent)
    lines.push(
      '',
      typeof sent['text'] === 'string'
        ? sent['text']
        : t('{n} bytes, SHA-256 {hash}', { n: textOf(sent['bytes']), hash: textOf(sent['sha256']) }),
    )
  if (typeof url === 'string' && brought)
    return { title: t('Push to {url}?', { url: url.replace(/\/git-receive-pack$/, '') }), ...said(lines, input) }
  if (isJsonObject(next) && isJsonObject(next['push'])) return announcedPush(lines, { input, next, push: next['push'] })
  const isSent = sent !== undefined || (method !== 'GET' && method !== 'HEAD')
  return {
    title: t(isSent ? 'Send this to {origin}?' : 'Fetch from {origin}?', { origin: textOf(origin) }),
    ...said(lines, input),
  }
}

function headLines({ method, url, headers }: { readonly [key: string]: Json }): readonly string[] {
  const pairs = Array.isArray(headers) ? headers.filter((header) => Array.isArray(header)) : []
  return [`${textOf(method)} ${textOf(url)}`, ...pairs.map(([name, value]) => `${textOf(name)}: ${textOf(value)}`)]
}

/** One question for two requests: git looks which refs are there, and pushes. */
function announcedPush(
  lines: readonly string[],
  { input, next, push }: Readonly<Record<'input' | 'next' | 'push', { readonly [key: string]: Json }>>,
): Question {
  const all = [...lines, '', ...headLines(next), '', ...pushLines(push)]
  const { covers } = input
  const { purpose, url } = next
  return {
    title: t('Push to {url}?', { url: textOf(url).replace(/\/git-receive-pack$/, '') }),
    ...said(all, { purpose: purpose ?? '', covers: covers ?? '' }),
  }
}

function said(lines: readonly string[], { purpose, covers }: { readonly [key: string]: Json }): Omit<Question, 'title'> {
  return {
    command: lines.join('\n'),
    ...(typeof purpose === 'string' && purpose.trim() !== '' ? { purpose } : {}),
    ...(typeof covers === 'string' && covers !== '' ? { covers } : {}),
  }
}

/** What a push brings. Its packed bytes would tell nobody anything; they are bound by their hash, which stands among the exact request. */
function pushLines({ refs, commits, files, more, objects, bytes }: { readonly [key: string]: Json }): readonly string[] {
  const part = (title: Phrase, list: Json | undefined): readonly string[] =>
    Array.isArray(list) && list.length > 0 ? [`${t(title)}:`, ...list.map((line) => `  ${textOf(line)}`)] : []
  return [
    ...part('Refs', refs),
    ...part('Commits', commits),
    ...part('Files', files),
    ...part('Beside them', more),
    t('{objects} objects, {bytes} bytes unpacked', { objects: textOf(objects), bytes: textOf(bytes) }),
  ]
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const LOST: Readonly<Record<string, Phrase>> = {
  shell: 'Did this command run?',
  write_file: 'Was this file written?',
  edit_file: 'Was this file edited?',
}

/** What to ask about a call that may have happened: `Did this command run?` */
export function lostTitle({ tool }: { readonly tool: string }): string {
  const known = LOST[tool]
  return known ? t(known) : t('Did {tool} happen?', { tool })
}
