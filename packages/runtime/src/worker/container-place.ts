import type { Hands } from '@tabwright/protocol'
import type { Place } from '../core/places'
import type { WebcontainerHands } from '../hands/webcontainer/webcontainer-hands'

/** WebContainers, as the place for the commands of one session. */
export function containerPlace(hands: WebcontainerHands, echoed: (hands: Hands) => Hands): Place {
  return {
    name: 'WebContainers',
    hands: echoed(hands),
    // Another version of what its programs may do is another place: what was allowed for this one would not hold.
    owner: { worker: 'WebContainers', version: '2' },
    isConfined: false,
    hasSandboxGit: true,
    reason:
      'It would run in WebContainers: its node and npm are StackBlitz’s, in this tab, with the network that StackBlitz gives them, which nobody here sees. Files of this session go there with it, and while a program there listens on a port, whatever changes, for the preview.',
    bring: (lease, files, signal) => hands.bring(lease, files, signal),
  }
}
