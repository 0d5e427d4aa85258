import { CONTAINER_ORIGIN, FailureError } from '@tabwright/protocol'
import { pageContainer, type PageContainer } from './page-container'

/** The folder's name in the container: programs name it in what they say. */
const FOLDER = 'workspace'

const BLOCKED = 'The policy of this page keeps StackBlitz out. Reload it; a page that the relay does not serve cannot have WebContainers.'

/**
 * The real service, through its own client, which is loaded when it is first wanted.
 * @param isAgreed whether the person agreed to StackBlitz's terms and network
 */
export function stackblitzContainer(isAgreed: () => boolean): PageContainer {
  let isBlocked = false
  let block: (failure: FailureError) => void = () => undefined
  addEventListener('securitypolicyviolation', (event) => {
    if (event.effectiveDirective !== 'frame-src' || !event.blockedURI.startsWith(CONTAINER_ORIGIN)) return
    isBlocked = true
    block(new FailureError({ code: 'unavailable', message: BLOCKED }))
  })
  return pageContainer({
    refusal: () => {
      if (!isAgreed()) return 'WebContainers was not agreed to in this browser.'
      if (!crossOriginIsolated) return 'WebContainers needs a page that is cross-origin isolated, which this one is not.'
      if (isBlocked) return BLOCKED
      return navigator.onLine ? undefined : 'This browser is offline, and WebContainers comes from StackBlitz.'
    },
    boot: async (step) => {
      const { WebContainer } = await import('@webcontainer/api')
      // The client does not hear of it and would wait.
      const blocked = new Promise<never>((_resolve, reject) => (block = reject))
      const booting = WebContainer.boot({ coep: 'require-corp', workdirName: FOLDER })
      frameOf()?.addEventListener('load', () => step('Starting Node in WebContainers'), { once: true })
      return Promise.race([booting, blocked])
    },
    nudge: () => {
      const frame = frameOf()
      if (frame !== undefined) frame.src = String(frame.src)
    },
  })
}

/** The frame that the client puts up. */
function frameOf(): HTMLIFrameElement | undefined {
  return [...document.querySelectorAll('iframe')].find(({ src }) => src.startsWith(`${CONTAINER_ORIGIN}/`))
}
