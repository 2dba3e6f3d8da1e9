export { openPlatform, type Platform } from './platform.ts'
export type { Ground, OpenPart, Part } from './platform-ground.ts'
export { readSettings, type SettingsSources } from './settings/read-settings.ts'
export { defaultSettings, type SettingName, type Settings, settingNames, settingsSchema, variableOf } from './settings/settings.ts'
