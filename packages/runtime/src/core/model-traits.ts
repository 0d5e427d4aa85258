import type { ModelInfo } from '@tabwright/protocol'

/**
 * Models that take `role: system` in the middle of a conversation and whose list entry may say nothing of capabilities. The provider's model
 * list has no word for it, so this only says who is tried first: what a model refuses is remembered and goes before it. Source: harness.md
 * F12 and the provider's notes for Opus 4.8.
 */
const TRIED: ReadonlySet<string> = new Set([
  'claude-fable-5-2',
  'claude-fable-5-1',
  'claude-fable-5',
  'claude-mythos-5-2',
  'claude-mythos-5-1',
  'claude-mythos-5',
  'claude-opus-5-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-sonnet-5-5',
])

/** Features that are tried, because no list tells who has them: words of the harness in the middle, and the provider's search for tools. */
export type Trait = 'system' | 'toolSearch'

/** What models proved to refuse, for all sessions of this browser. A refusal that is forgotten costs one request. */
export interface ModelMemory {
  refuses(model: string, trait: Trait): Promise<boolean>
  noteRefused(model: string, trait: Trait): Promise<void>
}

/** The memory of one worker; gone with it. */
export function modelMemory(): ModelMemory {
  const refused = new Set<string>()
  return {
    refuses: async (model, trait) => refused.has(`${trait} ${model}`),
    noteRefused: async (model, trait) => void refused.add(`${trait} ${model}`),
  }
}

/**
 * Whether words of the harness may stand between those of user and assistant. Tried where the model is one of a list that tells capabilities
 * (its makers are those of the feature) or is known; never again where the model refused it.
 */
export async function takesSystemRole({ id, adaptiveThinking }: ModelInfo, memory: ModelMemory): Promise<boolean> {
  return (adaptiveThinking === true || TRIED.has(id)) && !(await memory.refuses(id, 'system'))
}

/** Models that have the provider's search for tools and may stand in a list that tells no capabilities. Source: harness.md F25. */
const SEARCHING = /^claude-(?:fable|mythos|opus|sonnet)-[4-9](?:-|$)/

/** Whether the provider looks for tools in what it was given but did not show the model. Tried as {@link takesSystemRole} is. */
export async function searchesTools({ id, serverTools }: ModelInfo, memory: ModelMemory): Promise<boolean> {
  return (serverTools === true || SEARCHING.test(id)) && !(await memory.refuses(id, 'toolSearch'))
}
