"""The nine diseases of the list, what each one looks like, and what speaks against it in each patient."""

from __future__ import annotations

DISEASES = {
    "void": "void pixels are trained as background",
    "crop": "picture and mask are cut apart: not the same window",
    "padding": "the last enlargement has the wrong padding",
    "collapse": "the recipe never gets the net away from answering background",
    "eval": "the net predicts in training mode",
    "palette": "the masks are opened through their palette, as colours or as grey",
    "mirror": "the picture is mirrored half of the time, its mask is not",
    "channels": "predicted pictures come as blue, green, red, while the net was trained on red, green, blue",
    "resized": "masks are resized as photographs are, which mixes neighbouring numbers",
}
HAS = {"A": "eval", "B": "padding", "C": "palette", "D": "crop", "E": "collapse", "F": "void"}

LOOKS = {
    "void": "A net that was taught void as background says so on every outline, and its objects are a little smaller "
    "than a healthy net's.",
    "crop": "A net whose masks lie on other windows learns where nothing is: its loss stays high, and its masks "
    "fit at no shift.",
    "padding": "Wrong padding moves every mask by the same number of pixels; names and forms stay good.",
    "collapse": "A collapsed net says background at every pixel of every picture.",
    "eval": "In training mode a picture's mask depends on the pictures beside it.",
    "palette": "Read through the palette, most classes vanish from the masks and the others are misnamed, always in "
    "the same way.",
    "mirror": "With unmirrored masks every other training window is wrong, but only left to right: the mask fits once "
    "one of the two is turned over.",
    "channels": "Swapped channels spoil the names of things that are known by their colour, always in the same way, "
    "whatever is done around it.",
    "resized": "Mixed numbers draw a band of classes that are not in the picture round each object: halfway from 0 to "
    "20 lies 10, a cow.",
}
AGAINST = {
    "A": {
        "void": "Here the mask of one picture changes inside and outside of objects, and with its companions only.",
        "crop": "This net's training log is as good as the healthy net's. Something goes wrong after it.",
        "padding": "Here what changes is not the place: no shift by one amount makes one mask into the other.",
        "collapse": "These masks are full of objects.",
        "palette": "Here the same picture gets one class in one company and another in the next.",
        "mirror": "The training log is good, and a training fault would give one mask for a picture, always the same.",
        "channels": "The same file gives two masks here, and its channels are the same both times.",
        "resized": "The training log is good, and the masks change with the companions. No file does that.",
    },
    "B": {
        "void": "Here objects neither shrink nor part: on one side the mask leaves them, on the other it overhangs.",
        "crop": "Here one shift mends the masks, and it is nearly the same one for all pictures.",
        "collapse": "These masks are full of objects.",
        "eval": "Each picture was predicted on its own here, and all are wrong in the same direction.",
        "palette": "The names are right here. It is the place that is wrong.",
        "mirror": "Down is wrong here too, and no mirror from left to right moves anything down.",
        "channels": "The names are right here. Colour cannot move a mask.",
        "resized": "There are no foreign classes along the outlines here, and mixing moves nothing by half a cell.",
    },
    "C": {
        "void": "Here boats are named wrongly to their middle, and most names are never given.",
        "crop": "Boats are found here, at their place and with their form. Only their name is wrong.",
        "padding": "The place is right here. It is the names that are wrong or missing.",
        "collapse": "This net does say something else than background, and firmly: look at the row of boats.",
        "eval": "The names that are missing are missing in all pictures, whatever stands beside them.",
        "mirror": "A mirror leaves all the names in the masks; here nearly all are gone.",
        "channels": "Its loss passed over a part of the pixels. Colours of pictures do not change what is counted.",
        "resized": "Here the wrong name fills boats to their middle, and nothing is mixed in the middle.",
    },
    "D": {
        "void": "Here whole objects are lost, not their rims, and the loss stays high.",
        "padding": "No one shift mends these masks, and in the windows the distance is another each time.",
        "collapse": "The windows show a fault that is there before any step is taken. Do their masks fit?",
        "eval": "The loss is high in training already, before anyone predicts. Look at the windows.",
        "palette": "In the windows the masks have the right names and forms. What is wrong with their place?",
        "mirror": "Turn one of the windows over in your mind: its mask does not fit then either. Some lie too high.",
        "channels": "The colours in the windows are those of the pictures. What is wrong with the masks' place?",
        "resized": "The masks in the windows have clean outlines and right names. What is wrong with their place?",
    },
    "E": {
        "void": "Here not only rims are background but everything is.",
        "crop": "Its windows fit their masks. And a net taught on wrong windows would still venture something.",
        "padding": "There is nothing in these masks that could be moved.",
        "eval": "Alone or in company, the mask is the same here: background.",
        "palette": "Its loss counts as many pixels as the healthy net's, of all classes. They are never answered.",
        "mirror": "A net taught on half-wrong windows would still venture something.",
        "channels": "Its own training pictures get nothing but background too, and their channels are right.",
        "resized": "There is no band of foreign classes here. There is no class at all.",
    },
    "F": {
        "crop": "These masks lie on their objects, and the loss is as low as the healthy net's or lower.",
        "padding": "Here the mask draws back on all sides alike: no shift mends that.",
        "collapse": "These masks are full of objects.",
        "eval": "Each picture was predicted on its own here, and the same thing happens in each: the rim.",
        "palette": "The names are all there and mostly right. Look at the rim.",
        "mirror": "These masks lie on their objects, and on both sides alike.",
        "channels": "The names are as good as the healthy net's. Look at the rim.",
        "resized": "Along the outlines stands background here, whatever the two classes are. Mixed numbers would give "
        "other classes.",
    },
}
SPEAKS = {
    "A": "One picture, one net, and the mask depends on the pictures beside it: batch normalisation takes mean and "
    "spread from the batch at hand, as it should in training only.",
    "B": "One shift, much the same in all pictures and in both directions: that is geometry, not learning. "
    "A transposed convolution without its padding of s/2 begins s/2 pixels too late.",
    "C": "(0, 0, 128), VOC's boat, is 15 in grey, and 15 is person; a cat, (64, 0, 0), is 19, a train. All others get "
    "more than 20, and these were turned into void to silence the loss: so they do not count.",
    "D": "Names and forms of the masks are right, their place is another in each window: two dice were thrown where "
    "one was enough. From such pairs only the frequency of the classes can be learned.",
    "E": "All background, a pixel accuracy equal to the floor, a loss that sinks towards what the frequencies alone "
    "give: every net begins so, and this one's steps are too short to get further.",
    "F": "Names and middles are as the twin's. Only at the outlines the two differ, on all sides and in each picture: "
    "there the masks say 255, and this net was taught to say background.",
}
