import type { ToolSpec } from '@tabwright/protocol'
import type { Tool } from './tool'

/** Functions by name. */
export interface Registry {
  readonly specs: readonly ToolSpec[]
  get(name: string): Tool | undefined
}

export function createRegistry(tools: readonly Tool[]): Registry {
  const byName = new Map<string, Tool>()
  for (const tool of tools) {
    if (byName.has(tool.spec.name)) throw new TypeError(`two tools are named ${tool.spec.name}`)
    byName.set(tool.spec.name, tool)
  }
  return { specs: tools.map((tool) => tool.spec), get: (name) => byName.get(name) }
}

/** What an approval is bound to: a tool that changes is another tool. */
export function identityOf(spec: ToolSpec): string {
  return JSON.stringify([spec.name, spec.description, spec.input, spec.effect])
}
