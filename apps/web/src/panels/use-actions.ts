import { useCallback } from 'react'
import type { SessionId } from '@tabwright/protocol'
import { useLocation } from 'wouter'
import { nextDensity, stepMessage, type Density } from '@tabwright/ui'
import { t, type Phrase } from '@tabwright/ui/language'
import type { Runs } from '../keys/actions'
import { homeAddress, sessionAddress } from '../store/address'
import { useParts } from '../store/context'

/** What each action of the page does at this moment; those that cannot be done here are not there. */
export function useActions(current: SessionId | undefined): () => Runs {
  const { store } = useParts()
  const [, navigate] = useLocation()
  return useCallback(() => {
    const { setOpen, open, setSettings, setSheet, setView, showChange, searchFiles, askTerminal, sessions, density, setDensity, say } =
      store.getState()
    const go = (address: string): void => {
      setView('chat')
      navigate(address)
    }
    const neighbour = (by: number): Runs['next-session'] => {
      const shown = sessions?.filter(({ id, isArchived }) => id === current || !isArchived) ?? []
      const at = shown.findIndex(({ id }) => id === current)
      const next = shown[at < 0 ? 0 : at + by]
      return next && next.id !== current ? () => go(sessionAddress(next.id, location.search)) : undefined
    }
    const toComposer = (): void => {
      setView('chat')
      requestAnimationFrame(focusComposer)
    }
    const [next, previous] = [neighbour(1), neighbour(-1)]
    return {
      palette: () => setSheet({ type: 'palette', of: 'everything' }),
      'new-session': () => go(homeAddress(location.search)),
      ...(next && { 'next-session': next }),
      ...(previous && { 'previous-session': previous }),
      composer: toComposer,
      slash: toComposer,
      sessions: () => setOpen('sessions', !open.sessions),
      settings: () => setSettings('providers'),
      shortcuts: () => setSettings('shortcuts'),
      ...chip('mode', '[data-testid="mode-chip"]'),
      ...chip('model', '[data-testid="model-chip"]'),
      ...(current !== undefined && {
        'next-message': () => void stepMessage(1),
        'previous-message': () => void stepMessage(-1),
        'open-file': () => setSheet({ type: 'palette', of: 'files' }),
        'search-files': searchFiles,
        workbench: () => setOpen('workbench', !open.workbench),
        // The key leads back too, which is the key's own affair.
        terminal: askTerminal,
        changes: () => showChange(undefined),
        density: () => {
          const next = nextDensity(density)
          setDensity(next)
          say(t(DENSITY_WORDS[next]))
        },
      }),
    }
  }, [store, navigate, current])
}

/** What a person reads when it changed. */
const DENSITY_WORDS: Readonly<Record<Density, Phrase>> = {
  normal: 'The conversation is shown as usual.',
  verbose: 'Every card and thought of the conversation is open.',
  summary: 'Only what was said is shown; calls are folded.',
}

function focusComposer(): void {
  const box = document.querySelector('#main textarea')
  if (box instanceof HTMLElement) box.focus()
}

/** A chip of the composer opens its menu. */
function chip(action: 'mode' | 'model', selector: string): Runs {
  const found = document.querySelector(`#main ${selector}`)
  if (!(found instanceof HTMLElement)) return {}
  return {
    [action]: () => {
      found.focus()
      found.click()
    },
  }
}
