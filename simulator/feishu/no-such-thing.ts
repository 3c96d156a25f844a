/** The control API was asked about something that the tenant doesn't have: 404. */
export class NoSuchThing extends Error {
  override readonly name = 'NoSuchThing';
}
