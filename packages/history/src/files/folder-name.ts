/** A name as file systems keep it apart from others, those that do not tell cases apart included. */
export function folderName(name: string): string {
  return name.replace(/[^a-z0-9_-]/g, (character) => [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16)}`).join(''))
}

export function nameOfFolder(folder: string): string {
  return decodeURIComponent(folder)
}
