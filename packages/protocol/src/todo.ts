import { isJsonObject, parseJson, type Json } from './json'

/** The tool with which the agent keeps its list. */
export const TODO_TOOL = 'todo'

/** How far a task is. */
export const TODO_STATES = ['pending', 'in_hand', 'done'] as const
export type TodoState = (typeof TODO_STATES)[number]

/** One line of the agent's list of what it means to do. */
export interface Todo {
  readonly text: string
  readonly state: TodoState
}

/** More lines nobody follows. */
export const MOST_TODOS = 50
export const LONGEST_TODO = 200

/** The list that a call of the tool keeps: the whole of it, in its order. Undefined while the input is still being written, and for what is no list. */
export function todosIn(input: string): readonly Todo[] | undefined {
  const value = parseJson(input)
  const list = isJsonObject(value) ? value['todos'] : undefined
  if (!Array.isArray(list)) return undefined
  const todos = list.map(todoOf)
  return todos.every((todo) => todo !== undefined) ? todos : undefined
}

function todoOf(value: Json): Todo | undefined {
  if (!isJsonObject(value)) return undefined
  const text = value['text']
  const state = TODO_STATES.find((one) => one === value['state'])
  return typeof text === 'string' && state !== undefined ? { text, state } : undefined
}

/** How many are done. */
export function doneOf(todos: readonly Todo[]): number {
  return todos.filter(({ state }) => state === 'done').length
}
