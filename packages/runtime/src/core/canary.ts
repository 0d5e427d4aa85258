import type { Hash, SessionId } from '@tabwright/protocol'
import type { Secret } from './gate/secrets'

/**
 * A value that looks like a token and opens nothing, planted where commands run: in the environment and in a file of the home folder. Nobody has a
 * use for it, so whoever sends it sends whatever there is. One for each session, the same after every restart.
 */
export function canaryOf(hash: Hash, session: SessionId): Secret {
  return { name: 'the decoy token of this session', value: `dpl_${hash(`canary v1\n${session}`).slice(0, 32)}`, isCanary: true }
}
