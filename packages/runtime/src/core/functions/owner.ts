import type { RemoteCallee } from '@tabwright/protocol'
import type { Judgement } from '../gate/gate'
import type { Tool, ToolOwner } from '../tool'

/** A tool of ours whose work a function of somebody else's does: what denies that function denies it too, and whoever is asked is told of it. */
export function ownerJudged({ owner }: Pick<Tool, 'owner'>, judged: Judgement, judgedAs: (tool: string) => Judgement): Judgement {
  if (owner?.function === undefined || judged.verdict.type === 'deny') return judged
  const { verdict } = judgedAs(owner.function)
  if (verdict.type === 'deny') return { ...judged, verdict }
  if (judged.verdict.type === 'allow') return judged
  const reason = `${owner.function} of the worker ${owner.worker} is asked, as chosen in Settings. ${judged.verdict.reason}`
  return { ...judged, verdict: { ...judged.verdict, reason } }
}

/** As facts name whom a call goes to. */
export function calleeOf(name: string, { worker, identity, function: own }: ToolOwner): RemoteCallee {
  return { function: own ?? name, worker, ...(identity && { identity }) }
}
