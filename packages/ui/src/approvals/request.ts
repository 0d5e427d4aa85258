import { isJsonObject, type Approval, type Json } from '@tabwright/protocol'

/** A request as a person is asked about it. */
export interface Question {
  /** Verb sentence: `Run a command?` */
  readonly title: string
  /** The shell command, pulled out of the bytes. */
  readonly command?: string
  /** Where it runs, when that is not the workspace itself. */
  readonly folder?: string
  /** Why, in the model's own words; they are a claim and shown as one. */
  readonly purpose?: string
}

const WORKSPACE = '/workspace'

const TITLES: Readonly<Record<string, string>> = {
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
  const { command, purpose, cwd } = inputOf(bytes)
  return {
    title: TITLES[tool] ?? `Let the agent use ${tool}?`,
    ...(tool === 'shell' && typeof command === 'string' ? { command } : {}),
    ...(tool === 'shell' && typeof cwd === 'string' && cwd !== WORKSPACE ? { folder: cwd } : {}),
    ...(typeof purpose === 'string' && purpose.trim() !== '' ? { purpose } : {}),
  }
}

const LOST: Readonly<Record<string, string>> = {
  shell: 'Did this command run?',
  write_file: 'Was this file written?',
  edit_file: 'Was this file edited?',
}

/** What to ask about a call that may have happened: `Did this command run?` */
export function lostTitle({ tool }: { readonly tool: string }): string {
  return LOST[tool] ?? `Did ${tool} happen?`
}
