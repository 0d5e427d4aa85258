import {
  canonicalJson,
  fail,
  type CallId,
  type Decision,
  type Digest,
  type Hash,
  type Json,
  type Rule,
  type Verdict,
} from '@tabwright/protocol'
import { BUILT_IN_RULES, judge } from './rules'

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
}

export interface Judgement {
  readonly verdict: Verdict
  readonly digest: Digest
  readonly bytes: string
}

/** Rules of this moment → verdict and the digest that an approval is bound to. */
export function judgeCall(hash: Hash, request: GateRequest, sessionRules: readonly Rule[]): Judgement {
  const bytes = canonicalJson(request.input)
  const verdict = judge({ tool: request.tool, input: request.input, bytes }, [...BUILT_IN_RULES, ...sessionRules])
  return { verdict, bytes, digest: digestCall(hash, request, bytes) }
}

export function digestCall(hash: Hash, request: Omit<GateRequest, 'input'>, bytes: string): Digest {
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
