import { isJsonObject, type Json, type RemoteCallee } from '@tabwright/protocol'
import type { Judgement } from '../gate/gate'
import type { Tool, ToolOwner } from '../tool'

/** As what else a call is judged: a name of the same work, and what that is given. */
export interface OtherName {
  readonly tool: string
  readonly input: Json
}

/**
 * What is done under more than one name: a function of somebody else's in place of a tool of ours, a shell at a directory as tool and as function.
 * Rules that ask or deny by one name hold for the other, and whoever is asked is told of it.
 */
export function ownerJudged(
  { owner }: Pick<Tool, 'owner'>,
  { judged, input }: { readonly judged: Judgement; readonly input: Json },
  judgedAs: (other: OtherName) => Judgement,
): Judgement {
  if (owner === undefined || judged.verdict.type === 'deny') return judged
  const asAlso = owner.also === undefined ? judged : strictest(judged, judgedAs({ tool: owner.also, input: directInput(input) }))
  if (owner.function === undefined || asAlso.verdict.type === 'deny') return asAlso
  const { verdict } = judgedAs({ tool: owner.function, input })
  if (verdict.type === 'deny') return { ...judged, verdict }
  if (asAlso.verdict.type === 'allow') return asAlso
  const reason = `${owner.function} of the worker ${owner.worker} is asked, as chosen in Settings. ${asAlso.verdict.reason}`
  return { ...judged, verdict: { ...asAlso.verdict, reason } }
}

/** Only what a rule asks or denies counts by another name; that nothing allows it there says nothing. */
function strictest(judged: Judgement, { verdict }: Judgement): Judgement {
  const isByRule = verdict.type !== 'allow' && (verdict.by?.length ?? 0) > 0
  return isByRule && (verdict.type === 'deny' || judged.verdict.type === 'allow') ? { ...judged, verdict } : judged
}

/** Of a call that is kept in a queue: what the function will be given. */
function directInput(input: Json): Json {
  return isJsonObject(input) && typeof input['queue'] === 'string' && isJsonObject(input['input'] ?? null)
    ? (input['input'] ?? null)
    : input
}

/** As facts name whom a call goes to. */
export function calleeOf(name: string, { worker, identity, function: own }: ToolOwner): RemoteCallee {
  return { function: own ?? name, worker, ...(identity && { identity }) }
}
