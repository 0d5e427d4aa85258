import type { CallId, NetworkRequest } from '@tabwright/protocol'
import { SHOWN_BODY, type Address } from './gate/egress'
import { gitPushOf, type PushWanted } from './gate/git-push'
import { gitReadOf, type GitRead } from './gate/git-read'
import { latin } from './gate/latin'
import { npmReadOf, wishesOf, type NpmRequest } from './gate/npm-read'
import type { Covered, Leaving } from './gate/leaving'
import type { Announced, PushContents } from './gate/push'
import type { Detector, Finding } from './gate/secrets'
import type { GitCover } from './git-cover'
import type { NpmCover } from './npm-cover'
import type { Ports } from './ports'
import type { SecretShelf } from './secret-shelf'

/** What of a request does not change while it waits. */
export interface Weighed extends Omit<Leaving, 'taint' | 'hosts'> {
  /** What git reads by it. */
  readonly reads?: GitRead | undefined
  /** What npm reads by it. */
  readonly npm?: NpmRequest | undefined
  /** All that npm said it would bring, where a yes to this one speaks for it. */
  readonly wishes?: readonly string[] | undefined
  /** What git brings by it. */
  readonly push?: PushContents | undefined
  /** What git says it will push after it, read and bound by its hash. */
  readonly announced?: (Announced & PushWanted) | undefined
}

/** Whose request it is. */
interface Asker {
  readonly ports: Pick<Ports, 'readPush' | 'network'>
  /** Undefined: the person's own command. */
  readonly call: CallId | undefined
  readonly secrets: SecretShelf
  readonly cover: GitCover
  readonly npmCover: NpmCover
}

/** Looks at all that a request would send, and at what it announces. */
export async function weigh({ ports, call, secrets, cover, npmCover }: Asker, request: NetworkRequest, address: Address): Promise<Weighed> {
  const { body } = request
  const reads = gitReadOf(request, address.href)
  const pushes = gitPushOf(request, address.href)
  const push = body && isPush(request, address) ? await ports.readPush(body) : undefined
  // The question in front of another push is another question.
  const npm = npmReadOf(request, address.href)
  const covered = npm
    ? npmCovered(npmCover, npm)
    : coveredBy(cover, { reads, pushes: pushes && { ...pushes, body: body ?? request.announces?.body } })
  const wishes = npm && !covered ? wishesOf(request) : undefined
  const announced = covered || !pushes ? undefined : await announcedBy(ports, request, pushes)
  const detector = await secrets.detector()
  const findings = [
    ...findingsIn(detector, { request, address, push }),
    ...(wishes ? detector.find(wishes.join('\n')) : []),
    ...(announced ? detector.find(`${announced.request.purpose}\n${announced.contents.text}`) : []),
  ]
  const isShown = (body?.length ?? 0) <= SHOWN_BODY || push !== undefined
  return { host: address.host, findings, isShown, isPersons: call === undefined, covered, reads, npm, wishes, push, announced }
}

function npmCovered(cover: NpmCover, npm: NpmRequest): Covered | undefined {
  return cover.take(npm) ? { rule: 'npm:registry', repository: npm.registry } : undefined
}

function coveredBy(
  cover: GitCover,
  { reads, pushes }: { readonly reads: GitRead | undefined; readonly pushes: PushWanted | undefined },
): Covered | undefined {
  if (reads && cover.take(reads)) return { rule: 'git:repository', repository: reads.repository }
  return pushes && cover.takePush(pushes) ? { rule: 'git:push', repository: pushes.repository } : undefined
}

/** The push that a question for refs announces: to the same repository, and of a form of which all can be shown. Else it is asked about when it comes. */
async function announcedBy(
  ports: Pick<Ports, 'readPush' | 'network'>,
  { byGit = false, announces }: NetworkRequest,
  { repository }: PushWanted,
): Promise<Weighed['announced']> {
  const address = announces && ports.network?.address(announces.url)
  if (!announces || !ports.network || !address || 'refused' in address) return undefined
  const wanted = gitPushOf({ byGit, method: 'POST', headers: announces.headers, body: announces.body }, address.href)
  const contents = wanted?.repository === repository ? await ports.readPush(announces.body) : undefined
  if (!contents) return undefined
  const request = { ...announces, url: address.href }
  return { request, sha256: await ports.network.digest(announces.body), contents, repository }
}

/** What it says is only believed when the bytes are what git here would send. */
function isPush({ method }: NetworkRequest, { href }: Address): boolean {
  return method === 'POST' && href.endsWith('/git-receive-pack')
}

/** More of a body is not looked through: a packed one says nothing anyway, and a person is asked. */
const LOOKED_THROUGH = 4_000_000

interface Outgoing {
  readonly request: NetworkRequest
  readonly address: Address
  readonly push: PushContents | undefined
}

function findingsIn(detector: Detector, { request: { method, headers, body }, address, push }: Outgoing): readonly Finding[] {
  const head = [`${method} ${address.href}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
  const sent = push ? push.text : body ? latin(body.subarray(0, LOOKED_THROUGH)) : ''
  const found = [...detector.find(head), ...detector.find(sent)]
  const isWhole = push !== undefined || (body?.length ?? 0) <= LOOKED_THROUGH
  return isWhole ? found : [...found, { what: 'more than can be looked through for secrets', isSure: false, isCanary: false }]
}
