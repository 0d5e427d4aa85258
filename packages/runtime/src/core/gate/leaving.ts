import type { SessionTaint, Verdict } from '@tabwright/protocol'
import { isTainted } from '../taint'
import { isFromOthers, type KnownHosts } from './hosts'
import { LEAK_RULES, type Finding } from './secrets'

/** What is about to leave the tab, beside the words that the rules judge. */
export interface Leaving {
  readonly taint: SessionTaint
  readonly hosts: KnownHosts
  /** Where to, with its port. */
  readonly host: string
  /** Of a call of a function: whose it is, where the relay says so. */
  readonly identity?: string
  /** Secrets in any part of it. */
  readonly findings: readonly Finding[]
  /** A person can be shown every byte of it. */
  readonly isShown: boolean
  /** A command of the person's own. */
  readonly isPersons: boolean
  /** What the person's answer to an earlier request of the same command was about, where it speaks for this one too. */
  readonly covered?: Covered | undefined
}

/** An answer of git's: to its reads of a repository, or to a push that was shown with all its bytes; or of npm's to its reads of a registry. */
export interface Covered {
  readonly rule: 'git:repository' | 'git:push' | 'npm:registry'
  readonly repository: string
}

/**
 * What rules and modes say, made stricter by what leaves and by what came together in the session; never made milder. Secrets do not leave
 * by the agent's hand. Where what others wrote and what is private are both in the session, no rule speaks for a request: it is asked about,
 * and where only others named the host, or it cannot be shown whole, it is denied.
 */
export function judgeLeaving(verdict: Verdict, leaving: Leaving): Verdict {
  if (verdict.type === 'deny') return verdict
  const refused = refusal(leaving)
  if (refused !== undefined) return { type: 'deny', ...refused }
  const { taint, findings, covered, identity } = leaving
  // A rule that asks does so each time.
  if (covered !== undefined && findings.length === 0 && (verdict.type === 'allow' || verdict.by === undefined))
    return { type: 'allow', rule: covered.rule, shown: `your answer before: ${DOES[covered.rule]} ${covered.repository}` }
  if (isTainted(taint, identity)) return { type: 'ask', reason: taintReason(leaving) }
  if (findings.length > 0) return { type: 'ask', reason: `It holds ${names(findings)}: such a request is asked about each time.` }
  return verdict
}

const DOES = { 'git:repository': 'git reads', 'git:push': 'git pushes what you saw to', 'npm:registry': 'npm reads' } as const

function refusal({
  taint,
  hosts,
  host,
  identity,
  findings,
  isShown,
  isPersons,
  covered,
}: Leaving): { readonly rule: string; readonly reason: string } | undefined {
  if (taint.isClosed)
    return { rule: 'network:closed', reason: 'the network is closed for this session; the person can open it again at the top' }
  const canary = findings.find(({ isCanary }) => isCanary)
  if (canary)
    return {
      rule: LEAK_RULES.canary,
      reason: `it holds ${canary.what}, which nobody has a use for: something told the agent to send what it finds`,
    }
  const sure = findings.filter(({ isSure }) => isSure)
  const isTrapped = isTainted(taint, identity)
  if (sure.length > 0 && (isTrapped || !isPersons)) {
    return { rule: LEAK_RULES.secret, reason: `it holds ${names(sure)}, and secrets do not leave through the agent. ${INSTEAD}` }
  }
  if (!isTrapped) return undefined
  if (isFromOthers(hosts, host)) {
    const reason = `${host} came up only in what this session read from others, which also holds what is private. If it is meant, the person names it in a message`
    return { rule: 'taint:host', reason }
  }
  // What is covered says nothing that a person would have to read.
  if (!isShown && covered === undefined) {
    const reason = `${cameTogether(taint)}, and this request is too large to be shown whole. The person can send it from a fork that began before`
    return { rule: 'taint:size', reason }
  }
  return undefined
}

const INSTEAD = 'The person can send it by a command of their own'

function taintReason({ taint, findings }: Leaving): string {
  const also = findings.length > 0 ? ` It also holds ${names(findings)}.` : ''
  return `${cameTogether(taint)}: every request is asked about, whatever rules allow. Look at all that it sends.${also}`
}

function cameTogether({ untrusted, private: own }: SessionTaint): string {
  return `This session holds ${untrusted?.source ?? 'what others wrote'} and what is private (${own?.source ?? 'yours'})`
}

function names(findings: readonly Finding[]): string {
  const [first, ...others] = [...new Set(findings.map(({ what }) => what))].toSorted()
  if (others.length === 0) return first ?? ''
  return others.length > 3
    ? `${first} and ${others.length} more secrets`
    : `${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1)}`
}
