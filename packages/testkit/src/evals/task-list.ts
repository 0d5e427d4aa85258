import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, isJsonObject, type Json } from '@tabwright/protocol'
import type { ScriptedStep } from './scripted-answer'

/** What a task asks for. */
export const TASK_KINDS = ['mend', 'add', 'refactor', 'test', 'upgrade'] as const
export type TaskKind = (typeof TASK_KINDS)[number]

/** A small project as somebody has it on their disk. */
export interface EvalProject {
  readonly name: string
  readonly about: string
  /** Its files by path, without what was installed. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Packages below `node_modules`, by name. */
  readonly packages: readonly string[]
  /** A program that its checkers need besides Node. */
  readonly needs: string | undefined
}

/** One wish of a person about a project. What tells whether it was fulfilled is never shown to the agent. */
export interface EvalTask {
  /** `project/task`. */
  readonly id: string
  readonly project: EvalProject
  readonly kind: TaskKind
  /** In the person's words. */
  readonly ask: string
  /** The checker: a script that is run in the folder of the finished work. */
  readonly checker: string
  /** What the scripted model answers: well, and in a way that looks well. */
  answers(): Promise<{ readonly right: readonly ScriptedStep[]; readonly wrong: readonly ScriptedStep[] }>
}

/** Every task below a folder of projects, in the order of their names. @throws FailureError that names the file for what is no task */
export function readTasks(folder: string): readonly EvalTask[] {
  return names(folder).flatMap((name) => {
    const project = readProject(join(folder, name), name)
    const tasks = join(folder, name, 'tasks')
    return names(tasks).map((task) => readTask(join(tasks, task), `${name}/${task}`, project))
  })
}

/** Those that `only` names: whole ids, projects or kinds. @throws FailureError for a word that names none */
export function chosenTasks(tasks: readonly EvalTask[], only: readonly string[]): readonly EvalTask[] {
  const isNamed = ({ id, kind, project }: EvalTask, word: string): boolean => id === word || kind === word || project.name === word
  const unknown = only.filter((word) => !tasks.some((task) => isNamed(task, word)))
  if (unknown.length > 0) {
    const projects = [...new Set(tasks.map(({ project }) => project.name))].join(', ')
    fail(
      'bad_input',
      `No task, project or kind is called ${unknown.join(', ')}. Projects: ${projects}. Kinds: ${TASK_KINDS.join(', ')}. A task is project/task; --list names all.`,
    )
  }
  return only.length === 0 ? tasks : tasks.filter((task) => only.some((word) => isNamed(task, word)))
}

function names(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}

function readProject(folder: string, name: string): EvalProject {
  const about = join(folder, 'project.json')
  const told: Json = JSON.parse(readFileSync(about, 'utf8'))
  const sentence = isJsonObject(told) ? told['about'] : undefined
  const packages = isJsonObject(told) ? (told['packages'] ?? []) : undefined
  const needs = isJsonObject(told) ? told['needs'] : undefined
  if (typeof sentence !== 'string' || !isTexts(packages) || (needs !== undefined && typeof needs !== 'string'))
    return fail('bad_input', `${about} needs "about" and may have "packages" (names) and "needs" (a program).`)
  return { name, about: sentence, packages, needs, files: filesBelow(join(folder, 'files')) }
}

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function readTask(folder: string, id: string, project: EvalProject): EvalTask {
  const file = join(folder, 'task.md')
  const text = readFileSync(file, 'utf8')
  const [, word, ask] = /^kind: (\w+)\n\n([\s\S]+)$/.exec(text) ?? []
  const kind = TASK_KINDS.find((one) => one === word)
  if (kind === undefined || ask === undefined)
    return fail('bad_input', `${file} has to begin with "kind: ${TASK_KINDS.join('|')}", an empty line and the wish.`)
  const checker = join(folder, 'check.mjs')
  const answers = join(folder, 'answers.mjs')
  for (const needed of [checker, answers]) if (!existsSync(needed)) fail('bad_input', `${needed} is missing.`)
  return { id, project, kind, ask: ask.trim(), checker, answers: () => import(/* @vite-ignore */ pathToFileURL(answers).href) }
}

/** Every file below a folder, by its path from there. */
export function filesBelow(folder: string, leftOut?: RegExp): ReadonlyMap<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => leftOut?.test(path) !== true && statSync(join(folder, path)).isFile())
  return new Map(paths.toSorted().map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))]))
}
