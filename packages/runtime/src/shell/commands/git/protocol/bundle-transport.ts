import { failed, GitError, notImplemented } from '../git-error'
import type { Git } from '../git-call'
import type { FetchPlan, PushAnswers, RemoteRef, Transport } from './transport'
import { type Bundle, lackedBy, lackText, unpackBundle } from './bundle-file'

/** A bundle as a repository to fetch from. */
export class BundleTransport implements Transport {
  readonly unborn = undefined
  readonly #git: Git
  readonly #bundle: Bundle

  constructor(git: Git, bundle: Bundle) {
    this.#git = git
    this.#bundle = bundle
  }

  refs(purpose: 'fetch' | 'push'): Promise<readonly RemoteRef[]> {
    if (purpose === 'push') return failed(`failed to push some refs to '${this.#bundle.path}': it is a bundle`)
    const refs = this.#bundle.refs.toReversed()
    const head = refs.find(({ name }) => name === 'HEAD')
    if (head === undefined) return Promise.resolve(refs)
    // A bundle does not tell which branch its HEAD was on: the usual one, else any that stands there.
    const usual = `refs/heads/${this.#git.config.get('init.defaultbranch') ?? 'master'}`
    const branches = refs.filter(({ name, oid }) => name.startsWith('refs/heads/') && oid === head.oid)
    const target = (branches.find(({ name }) => name === usual) ?? branches[0])?.name
    const told: RemoteRef = target === undefined ? head : { ...head, target }
    return Promise.resolve([told, ...refs.filter((ref) => ref !== head)])
  }

  async fetch(plan: FetchPlan): Promise<void> {
    if (plan.depth !== undefined) notImplemented('a limited history from a bundle')
    const { objects } = this.#git.repo
    const lacked = lackedBy(objects, this.#bundle)
    if (lacked.length > 0) throw new GitError(lackText(lacked).trimEnd(), { kind: 'plain', code: 128 })
    await unpackBundle(objects, this.#bundle, { step: () => this.#git.breathe(), tick: () => this.#git.call.tick() })
  }

  push(): Promise<PushAnswers> {
    return failed(`failed to push some refs to '${this.#bundle.path}': it is a bundle`)
  }
}
