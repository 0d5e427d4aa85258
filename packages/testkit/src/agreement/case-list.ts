import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One script, what is around it, and the list that it stands in. */
export interface AgreementCase {
  readonly list: string
  readonly name: string
  readonly script: string
  readonly files: Readonly<Record<string, string>>
}

type Files = Readonly<Record<string, string>>

interface GivenList {
  readonly fixture: Files
  readonly commands: readonly { readonly group: string; readonly command: string }[]
  readonly stories: readonly (readonly [name: string, script: string])[]
}

interface OwnList {
  readonly setup?: string
  readonly cases: readonly { readonly name: string; readonly command: string }[]
}

/** What the own lists are about. */
const AREAS = [
  'explore',
  'text',
  'find',
  'sed',
  'awk',
  'jq',
  'git',
  'git-sessions',
  'archive',
  'dates',
  'redir',
  'jobs',
  'expand',
  'stories',
  'commands',
] as const

/** Lists that nobody who works on the shell looks into. */
const HELD = ['stories'] as const

/** Every list: those that were given, those that anybody may work with, those of which only the score is told. */
export const LISTS: readonly string[] = [
  'given-commands',
  'given-stories',
  ...AREAS.map((one) => `own-${one}`),
  ...HELD.map((one) => `held-${one}`),
]

// From the root of the checkout, where tests and scripts run.
const FOLDER = 'packages/testkit/cases'

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
}

/** The files around the commands of the own lists, and of what the fuzzer makes. */
export function ownFiles(): Readonly<Record<string, string>> {
  return (read('own-fixture') as { readonly files: Files }).files
}

/** Tools that the lists use and not every machine has: without the real one there is nothing to compare with. */
const TOOLS = [
  'rg',
  'tree',
  'jq',
  'zip',
  'unzip',
  'bc',
  'dc',
  'xxd',
  'patch',
  'column',
  'file',
  'gawk',
  'git',
  'bzip2',
  'xz',
  'dos2unix',
  'envsubst',
  'python3',
]

/** Those of them that are not installed here. */
export function absentTools(): readonly string[] {
  return TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
}

/** Whether the machine has what a case needs. Without gawk, awk is another one. */
export function isComparable({ script }: AgreementCase, absent: readonly string[]): boolean {
  return !absent.some((tool) => new RegExp(`(^|[|;&({]\\s*)${tool === 'gawk' ? 'g?awk' : tool}\\b`, 'm').test(script))
}

/** The cases of one list. */
export function casesOf(list: string): readonly AgreementCase[] {
  if (list === 'given-commands' || list === 'given-stories') {
    const { fixture, commands, stories } = read('shell') as GivenList
    if (list === 'given-stories') return stories.map(([name, script]) => ({ list, name, script, files: fixture }))
    return commands.map(({ group, command }, at) => ({ list, name: `${group} ${at + 1}`, script: command, files: fixture }))
  }
  const { setup, cases } = read(list) as OwnList
  const around = ownFiles()
  const before = setup === undefined ? '' : `${setup}\n`
  return cases.map(({ name, command }) => ({ list, name, script: `${before}${command}`, files: around }))
}
