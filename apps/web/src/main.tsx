import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@tabwright/ui/theme.css'
import { memory } from '@tabwright/ui'
import { LANGUAGE_KEY, languageChoice, languageOf, speak } from '@tabwright/ui/language'
import { App } from './app'
import { compose } from './compose'
import { fetchSession } from './panels/lazy-session'
import { AppContext } from './store/context'

const place = document.getElementById('app')
if (place === null) throw new TypeError('index.html has no #app')

const { search, hash } = location
// A key in it is for this page alone, and not for the list of those that were visited.
if (hash.startsWith('#share=')) history.replaceState(null, '', `${location.pathname}${search}`)

// The way to a session is the same for all that it needs. The start page is drawn first.
const isSession = location.pathname.startsWith('/s/')
if (isSession) fetchSession()

try {
  await speak(languageOf(languageChoice(memory.getItem(LANGUAGE_KEY)), navigator.languages))
} catch (error) {
  // Its file could not be fetched: the page speaks English, and is there.
  reportError(error)
}

createRoot(place).render(
  <StrictMode>
    <AppContext value={compose({ search, hash })}>
      <App />
    </AppContext>
  </StrictMode>,
)
if (!isSession) whenIdle(fetchSession)

/** Not every browser tells when it rests. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 2000 })
  else setTimeout(run, 500)
}
