import { useEffect, useMemo, useState } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { lineOfEdit, newestEdit } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import type { OpenRequest } from '@tabwright/ui/files'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'

/** The editor goes where the agent edits, as long as the person wants it and leaves the editor alone. */
export function useFollowAgent(handle: SessionHandle): {
  readonly follow: { readonly isOn: boolean; readonly set: (on: boolean) => void }
  readonly followed: OpenRequest | undefined
} {
  const [isOn, setOn] = useState(false)
  const [followed, setFollowed] = useState<OpenRequest>()
  const say = useApp((state) => state.say)
  const rows = useScreen(handle, (screen) => screen.rows)
  const edit = useMemo(() => (isOn && rows !== undefined ? newestEdit(rows) : undefined), [isOn, rows])
  const key = edit?.key
  useEffect(() => {
    if (edit === undefined) return
    let isOver = false
    const show = (line: number): void => {
      if (!isOver) setFollowed({ path: edit.path, line })
    }
    handle.readFile(edit.path).then(
      (file) => show(file.type === 'text' ? lineOfEdit(file.text, edit) : 1),
      // It may be gone again by now: the editor says so itself.
      () => show(1),
    )
    return () => {
      isOver = true
    }
    // Rows are new with every word that streams; the edit is the same as long as its key is.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [handle, key])
  return {
    follow: {
      isOn,
      set: (on) => {
        setOn(on)
        say(on ? t('The editor follows the agent.') : t('The editor stays where you are.'))
      },
    },
    followed,
  }
}
