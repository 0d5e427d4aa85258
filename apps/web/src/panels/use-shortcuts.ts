import { useEffect } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { useLocation } from 'wouter'
import { homeAddress } from '../store/address'
import { useParts } from '../store/context'
import { useAttempt } from '../store/session-view'

/** Editors, terminals, dialogs and menus have keys of their own. */
const OWN_KEYS = '.monaco-editor, .xterm, [role="dialog"], [role="alertdialog"], [role="menu"]'

/** The keys of the page. Each has a button that does the same. */
export function useShortcuts(handle: SessionHandle | undefined): void {
  const { store } = useParts()
  const [, navigate] = useLocation()
  const attempt = useAttempt()
  useEffect(() => {
    const run = (event: KeyboardEvent): boolean => {
      const { open, setOpen, setSettings } = store.getState()
      const command = event.ctrlKey || event.metaKey
      if (command && event.code === 'KeyB') setOpen('sessions', !open.sessions)
      else if (command && event.code === 'Backslash') setOpen('workbench', !open.workbench)
      else if (event.ctrlKey && event.code === 'Backquote') setOpen('terminal', !(open.terminal && open.workbench))
      else if (command && event.code === 'Comma') setSettings('providers')
      else if (event.altKey && event.shiftKey && event.code === 'KeyN') navigate(homeAddress(location.search))
      else if (event.key === 'Escape' && stops(event, handle)) attempt(handle?.stop() ?? Promise.resolve())
      else return false
      return true
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return
      // Letters with Ctrl mean something in a shell; only the drawer's own key still works there.
      if (event.target instanceof Element && event.target.closest('.xterm') !== null && event.code !== 'Backquote') return
      if (run(event)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [store, navigate, handle, attempt])
}

function stops(event: KeyboardEvent, handle: SessionHandle | undefined): boolean {
  if (handle === undefined || handle.getScreen().status.type === 'idle') return false
  return !(event.target instanceof Element && event.target.closest(OWN_KEYS) !== null)
}
