import { CALL_TOOL, functionCallOf, ruleNameOf, type CallContent, type Failure } from '@tabwright/protocol'
import { functionTool, queuedTool } from './functions/function-tool'
import type { Functions } from './functions/functions'
import { deferredSpecs } from './functions/deferred'
import { CALL_SPEC, hotSpecs, type OfferedSpec } from './functions/hot-set'
import { searchTools } from './functions/search'
import { spend, type Capability } from './gate/gate'
import { parseStrict } from './parse-strict'
import { toolAt, type Place } from './places'
import type { Tool, ToolContext, ToolResult } from './tool'

/** Functions by name: ours, and those of other workers as they are at this moment. */
export interface Registry {
  /** For a wire that begins now; what was sent with an earlier one stays as it was. */
  readonly specs: readonly OfferedSpec[]
  /** Beside them in such a wire, where the provider looks for tools itself: the model sees one of these when it looked for it. */
  readonly deferred: readonly OfferedSpec[]
  /** @param name of ours, or as rules name a function of a worker */
  get(name: string): GatedTool | undefined
  /** What a call of the model's is of, and the text of what that is given. */
  of(call: Pick<CallContent, 'name' | 'input'>): Called
}

/** `name`: as rules and cards say it. `tool`: undefined where there is none now, and `gone` says why where that is known. */
export interface Called {
  readonly name: string
  readonly input: string
  readonly tool: GatedTool | undefined
  readonly gone?: Failure
}

/** A tool behind the gate: all that the loop has of it. What it does is reached with a capability, and with the very bytes that were admitted. */
export interface GatedTool extends Pick<Tool, 'spec' | 'owner' | 'usesShell' | 'prepare'> {
  /** Where it runs commands, where that is not the sandbox of the tab. */
  readonly place?: Place
  /** @throws FailureError `not_permitted` where the gate did not make the capability, or it was used */
  readonly runAdmitted: (capability: Capability, context: ToolContext) => Promise<ToolResult>
}

/**
 * @param functions of other workers; omitted: there are none, and no tools to find and call them
 * @param place where commands run at this moment
 */
export function createRegistry(tools: readonly Tool[], functions?: Functions, place: () => Place | undefined = () => undefined): Registry {
  const all = functions ? [...tools, searchTools(functions)] : tools
  const byName = new Map<string, GatedTool>()
  for (const tool of all) {
    if (byName.has(tool.spec.name)) throw new TypeError(`two tools are named ${tool.spec.name}`)
    byName.set(tool.spec.name, gated(tool))
  }
  const own = [...all.map((tool) => tool.spec), ...(functions ? [CALL_SPEC] : [])]
  const standIns = new Map(all.flatMap(({ spec, standIn }) => (standIn ? [[spec.name, standIn] as const] : [])))
  const atPlace = (tool: GatedTool | undefined): GatedTool | undefined => tool && toolAt(tool, place())
  const named = (name: string, toolOf = functionTool): Pick<Called, 'tool' | 'gone'> => {
    const found = name.includes('::') ? functions?.list().find(({ id }) => ruleNameOf(id) === name) : undefined
    if (functions && found) return { tool: gated(toolOf(functions, found)) }
    const standIn = functions && standIns.get(name)?.(functions)
    if (standIn === undefined) return { tool: atPlace(byName.get(name)) }
    return 'spec' in standIn ? { tool: gated(standIn) } : { tool: undefined, gone: standIn }
  }
  return {
    get specs() {
      return functions ? [...own, ...hotSpecs(functions.list(), own.length)] : own
    },
    get deferred() {
      return functions ? deferredSpecs(functions.list(), hotSpecs(functions.list(), own.length)) : []
    },
    get: (name) => named(name).tool,
    of: (call) => {
      const asked = byName.has(call.name) || !functions ? undefined : functionCallOf(call)
      const name = asked?.function ?? call.name
      const input = asked?.input ?? call.input
      return name === CALL_TOOL
        ? { name, input, tool: undefined }
        : { name, input, ...named(name, asked?.isQueued ? queuedTool : functionTool) }
    },
  }
}

/** Those of its tools that bear one of these names, as the model is told them. What a function of a worker is can always be asked. */
export function narrowed(registry: Registry, names: readonly string[]): Registry {
  const has = (name: string): boolean => names.includes(name)
  return {
    get specs() {
      return registry.specs.filter(({ name }) => has(name))
    },
    deferred: [],
    get: (name) => (has(name) || name.includes('::') ? registry.get(name) : undefined),
    of: (call) => (has(call.name) ? registry.of(call) : { name: call.name, input: call.input, tool: undefined }),
  }
}

function gated(tool: Tool): GatedTool {
  const { spec, owner, usesShell, prepare } = tool
  return {
    spec,
    ...(owner && { owner }),
    ...(usesShell && { usesShell }),
    ...(prepare && { prepare }),
    // oxlint-disable-next-line no-restricted-properties -- the one place where a capability is turned into a run
    runAdmitted: async (capability, context) => tool.run(parseStrict(spend(capability)), context),
  }
}

/** What an approval is bound to: a tool that changes is another tool, and so is the same function of another worker. */
export function identityOf({ spec, owner }: Pick<GatedTool, 'spec' | 'owner'>): string {
  const parts = [spec.name, spec.description, spec.input, spec.effect]
  if (!owner) return JSON.stringify(parts)
  return JSON.stringify([
    ...parts,
    owner.worker,
    owner.version,
    owner.identity ?? '',
    ...(owner.function === undefined ? [] : [owner.function]),
  ])
}
