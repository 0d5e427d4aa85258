import { lazy, type ComponentType, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { Button } from './button'
import styles from './boundary.module.css'

// A page that is being left ends its requests; it may also stay, when the address was that of a download.
const LEAVING_MS = 3000
let leftAt = -Infinity
// Where no page is, as when parts are drawn to text, none is left.
if ('addEventListener' in globalThis)
  globalThis.addEventListener('beforeunload', () => {
    leftAt = performance.now()
  })

interface Part {
  readonly what: Phrase
  readonly isAbove: boolean
}

/**
 * A part of the page in a file of its own. Where the file does not come (the relay is away, or has another build), the part says so in
 * its place, and the page around it goes on.
 * @param what for the sentence: `The terminal`
 */
export function lazyPart<Props extends object>(what: Phrase, load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => ({ default: await loaded({ what, isAbove: false }, load) }))
}

/** As `lazyPart`, for what opens above the page: a dialog, a menu. */
export function lazyLayer<Props extends object>(what: Phrase, load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => ({ default: await loaded({ what, isAbove: true }, load) }))
}

async function loaded<Props>(part: Part, load: () => Promise<ComponentType<Props>>): Promise<ComponentType<Props>> {
  try {
    return await load()
  } catch (thrown) {
    const since = performance.now() - leftAt
    if (since < LEAVING_MS) await new Promise((resolve) => setTimeout(resolve, LEAVING_MS - since))
    const { message } = failureOf(thrown)
    return () => <Missing {...part} message={message} />
  }
}

/** A browser keeps a failed file for failed, and so does what loads its styles: only a new page asks again. */
function Missing({ what, isAbove, message }: Part & { readonly message: string }): ReactNode {
  return (
    <div className={styles['broken']} data-above={isAbove || undefined} role="alert">
      <p title={message}>
        {t('{what} could not be loaded: the relay is away, or has a newer build. Nothing was lost.', { what: t(what) })}
      </p>
      <div className={styles['actions']}>
        <Button onPress={() => location.reload()}>{t('Reload the page')}</Button>
      </div>
    </div>
  )
}
