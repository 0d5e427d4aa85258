import {
  canonicalJson,
  fail,
  type CallId,
  type Decision,
  type Digest,
  type EffectClass,
  type Hash,
  type Json,
  type Verdict,
} from '@tabwright/protocol'
import { FETCH_TOOL } from './egress'
import { judgeLeaving, type Leaving } from './leaving'
import { BUILT_IN_RULES, judge, type Standing } from './rules'
import { subjectOf, type Eyes, type Subject } from './subject'
import { askedForChange, rulesOfNow } from './tool-change'

/** Lets one executor run one call once. Only this module can make one that works: it remembers those that it made. */
export interface Capability {
  readonly digest: Digest
  readonly bytes: string
}

const live = new WeakSet<Capability>()

/** What a person or a rule is asked about: `bytes` is shown, hashed, logged and parsed by the executor. */
export interface GateRequest {
  readonly call: CallId
  readonly tool: string
  /** Identity of the tool: name, description and schema; a changed tool voids what was allowed. */
  readonly identity: string
  readonly input: Json
  readonly effect: EffectClass
  /** Of what goes to the network. */
  readonly leaving?: Leaving
}

export interface Judgement {
  readonly verdict: Verdict
  readonly digest: Digest
  readonly bytes: string
}

/** Rules of this moment → verdict and the digest that an approval is bound to. */
export function judgeCall(
  { hash, eyes }: { readonly hash: Hash; readonly eyes: Eyes },
  request: GateRequest,
  standing: Standing,
): Judgement {
  const bytes = canonicalJson(request.input)
  const subject = subjectOf({ tool: request.tool, input: request.input, effect: request.effect, bytes }, eyes)
  const verdict = judgeForTool(subject, request, standing)
  if (request.tool === FETCH_TOOL && !request.leaving)
    return fail('unexpected', 'A request to the network was judged without a look at what leaves.')
  return { verdict, bytes, digest: digestCall(hash, request, bytes) }
}

/** By the rules that speak of the tool as it is. Where it would have passed by one that does not any more, the question says why. */
function judgeForTool(subject: Subject, request: Pick<GateRequest, 'tool' | 'identity' | 'leaving'>, standing: Standing): Verdict {
  const { rules, voided } = rulesOfNow(standing.rules, request)
  const verdict = judge(subject, { ...standing, rules: [...BUILT_IN_RULES, ...rules] })
  const left = request.leaving ? judgeLeaving(verdict, request.leaving) : verdict
  const [first] = voided
  if (verdict.type !== 'ask' || left.type !== 'ask' || !first) return left
  const before = judge(subject, { ...standing, rules: [...BUILT_IN_RULES, ...standing.rules] })
  const id = before.type === 'allow' ? before.by?.find((ref) => voided.some((rule) => rule.id === ref.id))?.id : undefined
  const rule = voided.find((one) => one.id === id)
  return rule ? askedForChange(left, rule, request.identity) : left
}

export function digestCall(hash: Hash, request: Pick<GateRequest, 'call' | 'tool' | 'identity'>, bytes: string): Digest {
  return hash(['v1', request.call, request.tool, hash(request.identity), bytes].join('\n'))
}

/** @throws FailureError `not_permitted` unless the decision allows exactly this digest */
export function admit(judged: { digest: Digest; bytes: string }, decided: { digest: Digest; decision: Decision } | undefined): Capability {
  if (!decided || decided.decision.type !== 'allow') return fail('not_permitted', 'No decision allows this call.')
  if (decided.digest !== judged.digest) return fail('not_permitted', 'What was allowed is not what would run.')
  const capability: Capability = { digest: judged.digest, bytes: judged.bytes }
  live.add(capability)
  return capability
}

/** Executors call this first. A capability works once. @throws FailureError `not_permitted` */
export function spend(capability: Capability): string {
  if (!live.delete(capability)) return fail('not_permitted', 'This call was not admitted by the gate.')
  return capability.bytes
}
