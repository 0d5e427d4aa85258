import type { ReactNode } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { Tabs } from '@base-ui/react/tabs'
import { X } from 'lucide-react'
import { AboutTab, type AboutTabProps } from './about-tab'
import { AppearanceTab, type AppearanceTabProps } from './appearance-tab'
import { ProvidersTab, type ProvidersTabProps } from './providers-tab'
import { StorageTab, type StorageTabProps } from './storage-tab'
import styles from './settings.module.css'

/** The tabs there are: a tab appears when what is behind it works. */
export type SettingsTab = 'providers' | 'appearance' | 'storage' | 'about'

export interface SettingsDialogProps {
  /** Which tab is open; undefined: the dialog is closed. */
  readonly tab: SettingsTab | undefined
  readonly onTab: (tab: SettingsTab | undefined) => void
  readonly providers: ProvidersTabProps
  readonly appearance: AppearanceTabProps
  readonly storage: StorageTabProps
  readonly about: AboutTabProps
}

const TABS: readonly (readonly [SettingsTab, string])[] = [
  ['providers', 'Providers'],
  ['appearance', 'Appearance'],
  ['storage', 'Storage'],
  ['about', 'About'],
]

/** Everything that can be set. */
export function SettingsDialog(props: SettingsDialogProps): ReactNode {
  const { tab, onTab } = props
  return (
    <Dialog.Root open={tab !== undefined} onOpenChange={(open) => !open && onTab(undefined)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop']} />
        <Dialog.Popup className={styles['dialog']}>
          <header className={styles['head']}>
            <Dialog.Title className={styles['title']}>Settings</Dialog.Title>
            <Dialog.Close className={styles['close']} aria-label="Close settings">
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <Tabs.Root
            className={styles['body']}
            orientation="vertical"
            value={tab ?? 'providers'}
            onValueChange={(next: SettingsTab) => onTab(next)}
          >
            <Tabs.List className={styles['tabs']}>
              {TABS.map(([value, label]) => (
                <Tabs.Tab key={value} value={value} className={styles['tab']}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="providers" className={styles['panel']}>
              <ProvidersTab {...props.providers} />
            </Tabs.Panel>
            <Tabs.Panel value="appearance" className={styles['panel']}>
              <AppearanceTab {...props.appearance} />
            </Tabs.Panel>
            <Tabs.Panel value="storage" className={styles['panel']}>
              <StorageTab {...props.storage} />
            </Tabs.Panel>
            <Tabs.Panel value="about" className={styles['panel']}>
              <AboutTab {...props.about} />
            </Tabs.Panel>
          </Tabs.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
