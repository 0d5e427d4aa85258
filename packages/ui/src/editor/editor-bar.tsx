import { Accessibility, LocateFixed } from 'lucide-react'
import type { JSX, ReactNode } from 'react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { useScreenReader } from '../layout/screen-reader'
import css from './editor.module.css'

/** The editor goes where the agent edits. */
export interface FollowSwitch {
  readonly isOn: boolean
  readonly set: (on: boolean) => void
}

export interface EditorBarProps {
  /** Left out: there is no agent to follow. */
  readonly follow: FollowSwitch | undefined
  /** The tabs of open files. */
  readonly children: ReactNode
}

/** The line above the editor: what is open, and how it is shown. */
export function EditorBar({ follow, children }: EditorBarProps): JSX.Element {
  const reader = useScreenReader()
  return (
    <div className={css.bar}>
      {children}
      <span className={css.gap} />
      {follow !== undefined && (
        <IconButton label={t('Follow the agent')} pressed={follow.isOn} onPress={() => follow.set(!follow.isOn)}>
          <LocateFixed size={15} aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={t('Screen reader mode')} pressed={reader.isOn} onPress={() => reader.set(!reader.isOn)}>
        <Accessibility size={15} aria-hidden="true" />
      </IconButton>
    </div>
  )
}
